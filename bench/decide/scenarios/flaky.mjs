// Two of the children meet a network that fails the first time and then works; nothing about the work has to change.
export const title = 'flaky failures, which pass on a plain retry'

export const files = {
  'check.sh': `! grep -rqs "attempt 1 on a bad line" parts || { echo "Error: read ECONNRESET while the fixtures were fetched"; exit 1; }\n`,
}
export const verify = ['sh check.sh']
export const children = ['upload', 'download', 'resume'].map((part) =>
  ({title: `feat(${part}): write the ${part}`, body: `Write the ${part} in parts/${part}.js.`}))

/** The bad line is of the world, not of the work; it is written into the work so that every run meets it at the same place. */
export const works = ({part, attempt}) => ({
  files: {[`parts/${part}.js`]: `// attempt ${attempt} on a ${part === 'resume' ? 'good' : 'bad'} line\n`}, say: `wrote the ${part}`,
})
