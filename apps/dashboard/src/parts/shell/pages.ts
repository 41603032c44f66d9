import { Gauge, KeyRound, ScrollText, SlidersHorizontal, Webhook } from 'lucide-react';

/** The pages that are reached from anywhere. */
export const PAGES = [
  { href: '/', name: 'Overview', Icon: Gauge },
  { href: '/audit', name: 'Audit', Icon: ScrollText },
  { href: '/policies', name: 'Policies', Icon: SlidersHorizontal },
  { href: '/tokens', name: 'Tokens', Icon: KeyRound },
  { href: '/subscriptions', name: 'Subscriptions', Icon: Webhook },
] as const;
