// One child answers with user_id, as its issue says; two others are told by theirs to read userId. Which of the two counts is a decision.
export const title = 'contradictory contract between children'

export const files = {
  'check.sh': `[ -f api.txt ] || exit 0
for reader in readers/*.txt; do
  [ -f "$reader" ] || continue
  cmp -s api.txt "$reader" || {
    echo "Error: contract: $reader reads $(cat "$reader"), but what is merged answers with $(cat api.txt)"
    exit 1
  }
done
`,
}
export const verify = ['sh check.sh']
export const children = [
  {title: 'feat(api): answer with the user', body: 'Answer with the field user_id, written to api.txt.'},
  ...['client', 'report'].map((part) =>
    ({title: `feat(${part}): read the user`, body: `Read the field userId, written to readers/${part}.txt.`, after: [1]})),
]

/**
 * The issue is its order, so output that contradicts it changes nothing; advice that says which of the two counts does, and so does being
 * told that the same failure came twice.
 */
export function works({part, beside, advice}) {
  if (part === 'api') return {files: {'api.txt': 'user_id\n'}, say: 'answers with user_id'}
  const merged = /answers with (\w+)/.exec(beside)?.[1]
  const field = /use the field (\w+)/.exec(advice)?.[1] ?? (beside.includes('take another approach') ? merged : undefined) ?? 'userId'
  return {files: {[`readers/${part}.txt`]: `${field}\n`}, say: `reads ${field}, as the issue says`}
}
