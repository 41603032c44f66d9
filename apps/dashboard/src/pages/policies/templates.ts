import highTraffic from './templates/high-traffic.yaml?raw';
import hotFix from './templates/hot-fix.yaml?raw';
import lowTraffic from './templates/low-traffic.yaml?raw';
import nightlyBatch from './templates/nightly-batch.yaml?raw';
import regulated from './templates/regulated.yaml?raw';

/** Policies to begin with: those of the guide, as a test makes sure. */
export const TEMPLATES = [
  { name: 'High traffic: many small steps', text: highTraffic },
  { name: 'Low traffic: few steps, time instead of counts', text: lowTraffic },
  { name: 'Regulated: provenance and approvals', text: regulated },
  { name: 'Nightly batch: an hour of traffic a day', text: nightlyBatch },
  { name: 'Hot fix: minutes, not hours', text: hotFix },
] as const;
