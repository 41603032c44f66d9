export * from './address-policy.ts';
export * from './guarded-lookup.ts';
export * from './sender-address.ts';
