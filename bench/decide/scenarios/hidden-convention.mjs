// Every part needs an entry in a registry, and no issue says so. The first child to fail finds out; the last one waits for it.
export const title = 'hidden convention, found by an earlier child'

export const files = {
  'registry/.keep': '',
  'check.sh': `for part in parts/*/; do
  name=$(basename "$part")
  [ -f "registry/$name.json" ] || {
    echo "Error: parts/$name is not listed in registry/$name.json: every part has an entry there"
    exit 1
  }
done
`,
  'parts/.keep': '',
}
export const verify = ['[ ! -e parts/[a-z]* ] || sh check.sh']
export const children = ['queue', 'cache', 'clock'].map((part, i) =>
  ({title: `feat(${part}): write the ${part}`, body: `Write the ${part} in parts/${part}/.`, after: i === 2 ? [1] : []}))

/** Lists its part where something beside the issue names the registry. */
export function works({part, beside}) {
  const own = {[`parts/${part}/index.js`]: `export const ${part} = 1\n`}
  if (!beside.includes('registry/')) return {files: own, say: `wrote parts/${part}`}
  return {files: {...own, [`registry/${part}.json`]: '{}\n'}, say: `wrote parts/${part} and listed it`}
}
