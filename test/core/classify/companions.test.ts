import {expect, test} from 'vitest'
import {isCompanionWork} from '../../../src/lib/core/classify/companions.js'

test.each([
  'Add tests', 'Tests', 'Write unit tests for the parser', 'Docs', 'Update the docs and the changelog', 'Update `README.md`', 'Documentation', 'Test coverage',
  'Add missing integration tests, docs & release notes', 'Fix tests', 'Release notes for 2.0', 'Update docs accordingly', 'API docs', 'Testing', '🧪 Testing & QA',
])('%s comes with what it is about', (title) => { expect(isCompanionWork(title)).toBe(true) })

test.each([
  'Docs site redesign', 'Test runner for browsers', 'Add a test mode for payments', 'Write the guide', 'Add the route and tests', 'Documentation search', 'Add tests page', 'Testing mode', 'Specify the format',
  'Release notes generator', 'Docstrings', '',
])('%s is work of its own', (title) => { expect(isCompanionWork(title)).toBe(false) })
