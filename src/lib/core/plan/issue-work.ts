import {signalsOf, type IssueText} from '../classify/signals.js'
import {leftToMake, type SplitPoint, type SplitSource} from '../classify/split-points.js'
import {dependenciesOf} from './item-dependencies.js'
import {around, type Around} from './surroundings.js'

/**
 * The open work of an issue, in the order of its text, without what are issues already: those are only `tracked`. `isDone`: all of it is
 * ticked. `before`: what a point waits for.
 */
export type Work = {
  title: string; source: SplitSource; rows: readonly string[]; open: SplitPoint[]; tracked: string[]; isDone: boolean; onePackage: string | null
  before: ReadonlyMap<SplitPoint, readonly SplitPoint[]>; around: Around
}

/** What the points of one list say that they wait for. */
function beforeIn(points: readonly SplitPoint[], rows: readonly string[]): [SplitPoint, SplitPoint[]][] {
  const places = dependenciesOf(points.map((point) => ({row: rows[point.rows.from]!, lines: [point.title, ...point.detail]})))
  return points.map((point, i) => [point, places[i]!.map((place) => points[place]!)])
}

/** The open work of an issue, read once. */
export function workOf(issue: IssueText): Work {
  const {split, rest, prose, onePackage} = signalsOf(issue)
  const {rows} = prose
  const {open, tracked} = leftToMake(split, rest)
  return {
    title: issue.title, source: split.source, rows, open, tracked, isDone: split.points.length > 0 && open.length + tracked.length === 0, onePackage,
    before: new Map([...beforeIn(split.points, rows), ...beforeIn(rest, rows)]),
    around: around(prose, [...split.points, ...rest].sort((a, b) => a.rows.from - b.rows.from), issue.title),
  }
}
