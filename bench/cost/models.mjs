// The models of a run by tier, and which gate uses which in pilot's default preset.

/** `configured`: pilot's defaults. `newest`: the vendor's newest generation, as a user writes it under `tiers`. */
export const GENERATIONS = {
  configured: {frontier: 'claude-opus-4-7', balanced: 'claude-sonnet-4-6', cheap: 'claude-haiku-4-5'},
  newest: {frontier: 'claude-opus-5-5', balanced: 'claude-sonnet-5-5', cheap: 'claude-haiku-5-5'},
}

const TIERS = {plan: 'frontier', implement: 'balanced', review: 'balanced', commit: 'cheap'}

/** The model that pilot's default preset gives a gate. */
export const modelOf = (models, gate) => models[TIERS[gate]]
