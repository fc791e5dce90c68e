/** The exact text of schema/config.schema.json, from the built code. */
export async function configSchemaText() {
  const built = await import(new URL('../../dist/lib/core/config/json-schema.js', import.meta.url).href)
  return built.configSchemaText()
}
