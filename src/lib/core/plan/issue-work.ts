import {lostBoxes} from '../classify/lost.js'
import {signalsOf, type IssueText} from '../classify/signals.js'
import {leftToMake, type SplitPoint, type SplitSource} from '../classify/split-points.js'
import {neutralise} from '../issue/text.js'
import {dependenciesOf} from './item-dependencies.js'
import {wordsOf} from './key.js'
import {around, type Around} from './surroundings.js'

/**
 * The open work of an issue, in the order of its text, without what are issues already: those are only `tracked`. `isDone`: all of it is
 * ticked. `titles`: how often each is there, what is done included. `lines`: all that the text says, neutral. `lost`: open boxes that are in no
 * part. `before`: what a point waits for.
 */
export type Work = {
  title: string; source: SplitSource; rows: readonly string[]; open: SplitPoint[]; tracked: string[]; lost: string[]; isDone: boolean; onePackage: string | null
  titles: ReadonlyMap<string, number>; lines: ReadonlySet<string>
  before: ReadonlyMap<SplitPoint, readonly SplitPoint[]>; around: Around
}

/** What the points of one list say that they wait for. */
function beforeIn(points: readonly SplitPoint[], rows: readonly string[]): [SplitPoint, SplitPoint[]][] {
  const places = dependenciesOf(points.map((point) => ({row: rows[point.rows.from]!, lines: [point.title, ...point.detail]})))
  return points.map((point, i) => [point, places[i]!.map((place) => points[place]!)])
}

/** The open work of an issue, read once. */
export function workOf(issue: IssueText): Work {
  const {split, rest, prose, onePackage, collection} = signalsOf(issue)
  const {rows} = prose
  const {open, tracked} = leftToMake(split, rest)
  const points = [...split.points, ...rest].sort((a, b) => a.rows.from - b.rows.from)
  const titles = new Map<string, number>()
  for (const point of points) titles.set(wordsOf(point.title), (titles.get(wordsOf(point.title)) ?? 0) + 1)
  return {
    title: issue.title, titles, lines: new Set(prose.lines.map(({plain}) => neutralise(plain).trim())), source: split.source, rows, open, tracked, onePackage,
    lost: lostBoxes(prose, points, collection), isDone: split.points.length > 0 && open.length + tracked.length === 0,
    before: new Map([...beforeIn(split.points, rows), ...beforeIn(rest, rows)]),
    around: around(prose, points, issue.title),
  }
}
