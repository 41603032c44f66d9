export const KUBERNETES: string;
export const GATEWAY_API: string;
export const API_SERVER: string;
export const CRDS: string;
