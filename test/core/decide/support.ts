import {wavesInForce, type FailedChild, type Facts} from '../../../src/lib/core/decide/facts.js'
import {SHA} from '../run/support.js'

export const failed = (number: number, about: Partial<FailedChild> = {}): FailedChild => ({
  number, title: `Child ${number}`, attempt: 1, baseSha: SHA('b'), failure: 'verify_failed', verifyTail: 'expected 2, got 3', review: '', summary: 'did it',
  history: [{attempt: 1, failure: 'verify_failed', models: ['m'], headSha: null}], may: {retry: true, rise: true, decompose: true}, ...about,
})
export const left = (number: number, dependsOn: number[] = [], touches: string[] = [`src/${number}.ts`]): Facts['remaining'][number] =>
  ({number, title: `Child ${number}`, state: dependsOn.length > 0 ? 'blocked' : 'ready', dependsOn, touches})

/** 124 failed; 125 and 126 stand alone, 127 comes after 125, 128 after the failed one. `decided`: the waves of a decision before. */
export const facts = ({decided = [], ...about}: Partial<Omit<Facts, 'waves'>> & {decided?: number[][]} = {}): Facts => {
  const remaining = about.remaining ?? [left(125), left(126), left(127, [125]), left(128, [124])]
  return {
    version: 1, epic: {number: 123, title: 'Epic'}, base: {branch: 'main', sha: SHA('b')}, failed: [failed(124)], remaining, learnings: [], ...about,
    waves: wavesInForce(remaining, decided),
  }
}
