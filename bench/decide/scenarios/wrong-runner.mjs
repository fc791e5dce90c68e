// The issues ask for jest; the repository has node --test and nothing else. Three of them are wrong in the same way.
export const title = 'wrong test runner in the issues'
const PARTS = ['parser', 'printer', 'store']

export const files = {
  'package.json': '{"name": "app", "private": true, "type": "module", "scripts": {"test": "node --test"}}\n',
  'check.sh': 'node --test || { echo "the tests of this repository run with: node --test (node:test)"; exit 1; }\n',
  'test/app.test.js': 'import {test} from "node:test"\ntest("app", () => {})\n',
}
export const verify = ['sh check.sh']
export const children = PARTS.map((part) =>
  ({title: `test(${part}): cover the ${part}`, body: `Write tests for the ${part} with jest, importing from @jest/globals.`}))

/** Does what the issue says until something beside it names the runner that is there. */
export function works({part, beside}) {
  const runner = beside.includes('node:test') ? 'node:test' : '@jest/globals'
  const text = `import {test} from '${runner}'\ntest('${part}', () => {})\n`
  return {files: {[`test/${part}.test.js`]: text}, say: `wrote tests with ${runner}`}
}
