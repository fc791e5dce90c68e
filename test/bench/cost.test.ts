import {describe, expect, it} from 'vitest'

type Usage = {inFresh: number; cacheRead: number; cacheWrite5m: number; cacheWrite1h: number; out: number}
type Block = {kind: string; key: string; bytes: number; ttl: '5m' | '1h' | null}
type Request = {model: string; gate: string; bytes: number; blocks: Block[]; starts: boolean; outBytes: number}
type Bill = {
  ASSUMED: object
  biller: (price: () => number, assumed?: object) => (request: Request) => {usage: Usage; usd: number}
  blocksOf: (body: object) => Block[]
}
const load = async (name: string): Promise<unknown> => import(new URL(`../../bench/cost/${name}`, import.meta.url).href)
const {ASSUMED, biller, blocksOf} = await load('bill.mjs') as Bill
const {putSection} = await load('section.mjs') as {putSection: (page: string, text: string) => string}
const {backlog, FAULTS, work} = await load('backlog.mjs') as {backlog: () => Item[]; FAULTS: Record<string, (item: Item) => {first: Turn[]; mend?: Turn[][]}>; work: (item: Item) => Turn[]}
const {projectFiles} = await load('project.mjs') as {projectFiles: () => Record<string, string>}
type Item = {title: string; fault?: string}
type Turn = {tool?: string; input?: {file_path: string; old_string?: string; new_string?: string}}[]

const block = (key: string, bytes: number, ttl: Block['ttl'] = null): Block => ({kind: 'user', key, bytes, ttl})
const request = (blocks: Block[], more: Partial<Request> = {}): Request =>
  ({model: 'm', gate: 'g', blocks, bytes: blocks.reduce((sum, {bytes}) => sum + bytes, 0) + 40, starts: false, outBytes: 400, ...more})
const bill = (requests: Request[], assumed: object = {}): Usage[] => {
  const one = biller(() => 0, {...ASSUMED, minimum: false, ...assumed})
  return requests.map((each) => one(each).usage)
}
const used = (inFresh: number, cacheRead: number, cacheWrite5m: number, cacheWrite1h = 0): Usage => ({inFresh, cacheRead, cacheWrite5m, cacheWrite1h, out: 100})
const [HEAD, ASK] = [block('head', 4000, '5m'), block('ask', 400, '5m')]

describe('what a request is billed', () => {
  it.each<[string, Request[], object, Usage]>([
    ['the first writes up to the last mark, and the rest is fresh', [request([HEAD, ASK, block('after', 80)])], {}, used(30, 0, 1100)],
    ['nothing is written without a mark', [request([block('head', 4000)])], {}, used(1010, 0, 0)],
    ['a turn of the same conversation reads what the one before wrote', [request([HEAD, ASK]), request([HEAD, block('ask', 400), block('more', 40, '5m')])], {}, used(10, 1100, 10)],
    ['another conversation reads what both begin with', [request([HEAD, ASK]), request([HEAD, block('other', 400, '5m')])], {}, used(10, 1000, 100)],
    ['another model has a cache of its own', [request([HEAD, ASK]), request([HEAD, ASK], {model: 'n'})], {}, used(10, 0, 1100)],
    ['a first block that differs leaves nothing to read', [request([HEAD, ASK]), request([block('x', 4000, '5m'), ASK])], {}, used(10, 0, 1100)],
    ['after five minutes nothing is there', [request([HEAD, ASK]), request([HEAD, ASK], {starts: true})], {between: 301}, used(10, 0, 1100)],
    ['a use renews it', [request([HEAD]), request([HEAD], {starts: true}), request([HEAD], {starts: true})], {between: 200}, used(10, 1000, 0)],
    ['an hour is an hour, at its own price', [request([block('head', 4000, '1h')]), request([block('head', 4000, '1h'), block('ask', 400, '1h')], {starts: true})], {between: 3000}, used(10, 1000, 0, 100)],
    ['a mark looks twenty blocks back and no further', [request([HEAD]), request([block('head', 4000), ...Array.from({length: 20}, (_, i) => block(`${i}`, 4)), block('end', 4, '5m')])], {}, used(10, 0, 1021)],
    ['a short prefix is not cached', [request([HEAD], {model: 'claude-opus-4-7'}), request([HEAD], {model: 'claude-opus-4-7'})], {minimum: true}, used(1010, 0, 0)],
  ])('%s', (_, requests, assumed, expected) => {
    expect(bill(requests, assumed).at(-1)).toEqual(expected)
  })

  it('counts tools, then system, then messages; marks and the accounting line are no content', () => {
    const body = (mark: object, header: string) => ({
      messages: [{role: 'user', content: [{type: 'text', text: 'do', ...mark}]}], system: [{type: 'text', text: `x-anthropic-billing-header: ${header}`}, {type: 'text', text: 's'}], tools: [{name: 't'}],
    })
    const [with_, without] = [blocksOf(body({cache_control: {type: 'ephemeral'}}, 'a')), blocksOf(body({}, 'b'))]
    expect(with_.map(({kind}) => kind)).toEqual(['tool', 'system', 'system', 'user'])
    expect(with_.map(({key}) => key)).toEqual(without.map(({key}) => key))
    expect([with_.at(-1)?.ttl, without.at(-1)?.ttl]).toEqual(['5m', null])
  })
})

describe('the backlog', () => {
  /** The project after these turns; throws where an edit does not fit. */
  function play(turns: Turn[]): Record<string, string> {
    const files = projectFiles()
    for (const {tool, input} of turns.flat()) {
      if (tool !== 'Edit' && tool !== 'Read') continue
      const path = input!.file_path.replace('{cwd}/', '')
      const text = files[path]
      if (text === undefined) throw new Error(`there is no ${path}`)
      if (tool === 'Edit') {
        if (text.split(input!.old_string!).length !== 2) throw new Error(`${input!.old_string} is not once in ${path}`)
        files[path] = text.replace(input!.old_string!, () => input!.new_string!)
      }
    }
    return files
  }
  it.each(backlog().map((item) => [item.title, item] as const))('%s: the transcripts fit the project', (_, item) => {
    expect(Object.values(play(work(item)))).not.toEqual(Object.values(projectFiles()))
    const fault = item.fault === undefined ? null : FAULTS[item.fault]!(item)
    if (fault === null) return
    const mended = play([...fault.first, ...(fault.mend ?? []).flat()])
    expect(mended).not.toEqual(play(fault.first))
    // a mended change is the right one, but for the attempt that fails
    if (item.fault === 'lint' || item.fault === 'verify') expect(mended).toEqual(play(work(item)))
  })
})

describe('the section of a page', () => {
  it.each([
    ['an empty page gets it', '', '## Benchmark\n\n<!-- bench:cost -->\nnew\n<!-- /bench:cost -->\n'],
    ['a page without marks gets it at the end', '# Cost\n', '# Cost\n\n## Benchmark\n\n<!-- bench:cost -->\nnew\n<!-- /bench:cost -->\n'],
    ['an opening mark alone is the place', 'a\n<!-- bench:cost -->\nb\n', 'a\n<!-- bench:cost -->\nnew\n<!-- /bench:cost -->\nb\n'],
    ['what is between the marks goes, the rest stays', 'a\n<!-- bench:cost -->\nold\n<!-- /bench:cost -->\nb\n', 'a\n<!-- bench:cost -->\nnew\n<!-- /bench:cost -->\nb\n'],
  ])('%s', (_, page, expected) => {
    expect(putSection(page, 'new\n')).toBe(expected)
  })
  it('a closing mark alone is an error', () => {
    expect(() => putSection('<!-- /bench:cost -->', 'x')).toThrow('without')
  })
})
