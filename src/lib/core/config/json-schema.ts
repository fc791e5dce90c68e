import {z} from 'zod'
import {DEFAULTS} from './defaults.js'
import {writtenSchema} from './written.js'

type Node = {[key: string]: unknown; properties?: Record<string, Node>}

/** The JSON schema (draft 7, the one that YAML editors read) of a configuration file, with descriptions and defaults. */
export function configJsonSchema(): Node {
  const schema = z.toJSONSchema(writtenSchema, {target: 'draft-7', io: 'input'}) as Node
  const {$schema, ...rest} = withDefaults(schema, DEFAULTS)
  return {$schema, title: 'pilot configuration', description: 'Settings of pilot: .pilot/config.yaml', ...rest}
}

/** The text of `config.schema.json`, as it is shipped and as `pilot init` writes it. */
export const configSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`

function withDefaults(node: Node, value: unknown): Node {
  if (value === undefined || value === null) return node
  if (!node.properties || typeof value !== 'object') return {...node, default: value}
  const values = value as Record<string, unknown>
  const properties = Object.entries(node.properties).map(([name, child]) => [name, withDefaults(child, values[name])] as const)
  return {...node, properties: Object.fromEntries(properties)}
}
