export * from './acceptance.ts';
export { MODEL_LABEL, modelOf } from './binding.ts';
export * from './foreign-edit.ts';
export * from './gateway-route.ts';
export * from './plan-route.ts';
export { FIELD_MANAGER } from './written-mark.ts';
