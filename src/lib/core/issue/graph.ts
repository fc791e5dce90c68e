import {mermaidLabel} from './markdown.js'
import {cutTitle} from './text.js'

export type GraphNode = {id: number; title: string; after: readonly number[]; style?: string}

/** A Mermaid flowchart in a fence. Ids are numbers, titles are escaped: no title can add to the graph or leave the fence. */
export function mermaid(nodes: readonly GraphNode[], styles: Readonly<Record<string, string>> = {}): string {
  if (nodes.length === 0) return ''
  const known = new Set(nodes.map((node) => node.id))
  const used = Object.entries(styles).filter(([name]) => nodes.some((node) => node.style === name))
  return ['```mermaid', 'graph TD',
    ...nodes.map((node) => `  n${node.id}[${mermaidLabel(cutTitle(node.title, 60))}]${node.style === undefined ? '' : `:::${node.style}`}`),
    ...nodes.flatMap((node) => node.after.filter((id) => known.has(id)).map((id) => `  n${id} --> n${node.id}`)),
    ...used.map(([name, css]) => `  classDef ${name} ${css}`), '```'].join('\n')
}
