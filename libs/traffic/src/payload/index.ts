export * from './content-headers.ts';
export * from './not-read.ts';
export { DEEPEST_JSON } from './read/parse-json.ts';
export * from './payload.ts';
export * from './same-content.ts';
export * from './read/scalar-text.ts';
export { isSequence } from './read/sequences.ts';
export { writeJson } from './write-json.ts';
