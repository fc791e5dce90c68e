import {z} from 'zod'

/** A schema as text for a model's answer. Draft 7: Claude Code 2.1.329 refuses a later one ("--json-schema is not a valid JSON Schema"). */
export const answerSchema = (schema: z.ZodType): string => JSON.stringify(z.toJSONSchema(schema, {target: 'draft-7', io: 'input'}))
