import { Gauge, KeyRound, Network, ScrollText, SlidersHorizontal, Webhook } from 'lucide-react';

/** The pages that are reached from anywhere. */
export const PAGES = [
  { href: '/', name: 'Overview', Icon: Gauge },
  { href: '/audit', name: 'Audit', Icon: ScrollText },
  { href: '/policies', name: 'Policies', Icon: SlidersHorizontal },
  { href: '/fleet', name: 'Fleet', Icon: Network },
  { href: '/tokens', name: 'Tokens', Icon: KeyRound },
  { href: '/subscriptions', name: 'Subscriptions', Icon: Webhook },
] as const;
