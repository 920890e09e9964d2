/** What a file says of the bytes that it holds. */
export interface BytesSource {
  /** How they came about, the first line. */
  readonly origin: string
  /** What they are. */
  readonly description: string
  /** The name they are exported by. */
  readonly name: string
}

/** The text of a TypeScript file that exports bytes, as base64 in lines. */
export function bytesSource(bytes: Uint8Array, { origin, description, name }: BytesSource): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return [
    `// ${origin} Not to be edited.`,
    '',
    `/** ${description} */`,
    `export const ${name} = Buffer.from(`,
    '  [',
    ...(base64.match(/.{1,100}/g) ?? []).map((line) => `    '${line}',`),
    "  ].join(''),",
    "  'base64',",
    ')',
    '',
  ].join('\n')
}
