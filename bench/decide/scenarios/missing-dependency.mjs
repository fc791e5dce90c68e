// The first child needs what a later one makes, and the plan does not say so; a third one waits for the first.
export const title = 'broken dependency: the plan leaves an edge out'

export const files = {
  'package.json': '{"name": "app", "private": true, "type": "module"}\n',
  'check.sh': 'for file in lib/client/index.js lib/page/index.js; do [ ! -f "$file" ] || node "$file" || exit 1; done\n',
}
export const verify = ['sh check.sh']
export const children = [
  {title: 'feat(client): write the client', body: 'Write lib/client on top of the base.'},
  {title: 'feat(base): write the base', body: 'Write lib/base.'},
  {title: 'feat(page): write the page', body: 'Write lib/page on top of the client.', after: [1]},
]
const USES = {client: ['base'], base: [], page: ['client']}

/** Its work is right from the start; it cannot pass before what it uses is there. */
export function works({part, attempt}) {
  const imports = USES[part].map((name) => `import '../${name}/index.js'\n`).join('')
  return {files: {[`lib/${part}/index.js`]: `${imports}// attempt ${attempt}\nexport const ${part} = 1\n`}, say: `wrote lib/${part}`}
}
