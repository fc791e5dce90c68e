// One child is more than a run survives: each attempt at the whole is killed, each of its two tasks alone passes. Another one waits for it.
export const title = 'a child that is too large for one run'

export const files = {'README.md': '# app\n'}
export const verify = ['true']
export const children = [
  {
    title: 'feat(reader): read all formats',
    body: ['text', 'binary'].map((kind, i) => `### Task ${i + 1}: read the ${kind} format\n\nWrite it in ${kind}/read.js.`).join('\n\n'),
  },
  {title: 'feat(log): write the log', body: 'Write log/index.js.'},
  {title: 'feat(viewer): show what was read', body: 'Write viewer/index.js.', after: [1]},
]

/** Killed when the issue holds more than one task. */
export function works({issue, number, attempt}) {
  const tasks = issue.match(/^### Task \d/gm)?.length ?? 1
  return tasks > 1 ? {killed: true} : {files: {[`work/${number}.js`]: `// attempt ${attempt}\n`}, say: 'did the task'}
}
