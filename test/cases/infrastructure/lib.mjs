export * from '../answers/lib.mjs';
