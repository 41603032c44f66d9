export * from './detach-export.ts';
export { exportKey, publicKeyText } from './export-key.ts';
export * from './export-place.ts';
export { makeExport, type Exported } from './make-export.ts';
export { folderPlace } from './folder-place.ts';
export { openPlace } from './open-place.ts';
export * from './verify-exports.ts';
