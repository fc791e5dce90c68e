import {createHash} from 'node:crypto'

export const etagOf = (body: string): string => `W/"${createHash('sha256').update(body).digest('hex')}"`

/** True when one of the tags of an If-None-Match header is the current one; weak and strong compare alike. */
export const matchesEtag = (header: string | null, etag: string): boolean =>
  header !== null && header.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(etag))

const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
