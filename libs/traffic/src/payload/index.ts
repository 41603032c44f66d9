export * from './content-headers.ts';
export * from './not-read.ts';
export { DEEPEST_JSON } from './parse-json.ts';
export * from './payload.ts';
export * from './same-content.ts';
export * from './scalar-text.ts';
export { isSequence } from './sequences.ts';
export { writeJson } from './write-json.ts';
