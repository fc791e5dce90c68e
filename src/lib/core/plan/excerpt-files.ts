/** Folders whose content is not written here: installed, built or recorded. */
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|target|out|coverage|__snapshots__|\.git|\.pilot|\.venv|venv|__pycache__)\//i
/** Files that machines write, and files that are no text. */
const GENERATED = new RegExp('(?:^|/)(?:package-lock\\.json|npm-shrinkwrap\\.json|[^/]*\\.lock|[^/]*\\.lockb|pnpm-lock\\.yaml|go\\.sum)$'
  + '|\\.(?:min\\.[cm]?js|min\\.css|map|snap|patch|diff|log|csv|tsv|sql\\.gz|svg|png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|docx?|xlsx?|pptx?|zip|gz|tgz|bz2|xz|zst'
  + '|7z|rar|jar|war|class|wasm|exe|dll|so|dylib|a|o|obj|bin|dat|db|sqlite3?|woff2?|ttf|otf|eot|mp[34]|mov|avi|webm|ogg|wav|flac|pyc|onnx|pt|parquet)$', 'i')
/** Places and names under which people keep keys, tokens and passwords. An example file goes too: real values end up in them. */
const SECRET = new RegExp('(?:^|/)(?:\\.ssh|\\.aws|\\.gnupg|\\.kube|\\.docker|\\.azure|\\.gcloud|secrets?|credentials?|private)/'
  + '|(?:^|/)(?:\\.env(?:rc)?(?:[._-][^/]*)?|[^/]*\\.env|\\.npmrc|\\.yarnrc(?:\\.yml)?|\\.netrc|_netrc|\\.pypirc|\\.pgpass|\\.my\\.cnf|\\.htpasswd|\\.git-credentials|\\.dockercfg|kubeconfig'
  + '|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*(?:secrets?|credentials?|passwords?|service[-_]?account)[^/]*\\.(?:json|ya?ml|toml|ini|txt|properties|conf|xml|env)'
  + '|[^/]*\\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|asc|gpg|pgp|crt|cer|der|ovpn|tfvars|tfstate)(?:[._-][^/]*)?)$', 'i')

/** Larger files are data or generated, whatever they are called. Bytes. */
const FILE_MAX = 256 * 1024

/** May the beginning of this file be shown to a model? Decided by path and size; what is in it is looked at by `excerptOf`. */
export const mayBeShown = ({path, bytes}: {path: string; bytes: number}): boolean =>
  bytes > 0 && bytes <= FILE_MAX && !FOREIGN.test(path) && !GENERATED.test(path) && !isSecretPath(path) && !/[\p{C}]/u.test(path)

export const isSecretPath = (path: string): boolean => SECRET.test(path)
