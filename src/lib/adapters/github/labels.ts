import {z} from 'zod'
import type {Labels} from '../../ports.js'
import {anything, type Client} from './client.js'

const LABELS = '/repos/{owner}/{repo}/labels'

/** The labels that a repository knows. */
export const githubLabels = (client: Client): Labels => ({
  async list() {
    const names: string[] = []
    const pages = client.pages({route: `GET ${LABELS}`, schema: z.array(z.looseObject({name: z.string()})), about: {kind: 'repository'}})
    for await (const {name} of pages) names.push(name)
    return names
  },
  async create(name, {color, description}) {
    // made by another run in between is as good as made by this one
    await client.writeOr({route: `POST ${LABELS}`, params: {name, color, description}, about: {kind: 'thing', name: `label ${name}`}, schema: anything, repeat: 'again'}, [422])
  },
})
