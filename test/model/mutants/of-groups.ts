import { ENDS, KEEPS, type Mutant, pure } from './mutant.ts';

const groups = (file: string): string => `libs/engine/src/groups/${file}.ts`;
const kind = 'groups';

/** Release groups (ADR 29): all of them, or none. */
export const OF_GROUPS: readonly Mutant[] = [
  {
    ...{
      name: 'member-crosses-alone',
      kind,
      undoes: 'a member becomes primary when it has earned it by itself',
    },
    ...{
      file: 'libs/engine/src/evaluation/reconcile-rollout.ts',
      find: 'seen.rollout.groupId === null ? null : crossingOf(seen.decision, seen.rollout.state)',
    },
    ...{
      replace: "seen.rollout.groupId === '' ? crossingOf(seen.decision, seen.rollout.state) : null",
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'crosses-with-the-unready',
      kind,
      undoes: 'those that are ready go without those that are not',
    },
    ...{ file: groups('cross-together'), find: 'if (waiting.length > 0)' },
    ...{ replace: 'if (ready.length === 0)', caughtBy: KEEPS },
  },
  {
    ...{ name: 'person-moves-one-member', kind, undoes: "a person's skip or promote takes one member over" },
    ...{
      file: 'libs/engine/src/rollouts/possible-actions.ts',
      find: 'const crossing = withGroup ? null : crossesAlone(rollout, action);',
    },
    ...{ replace: 'const crossing = withGroup ? null : null;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'group-word-for-some', kind, undoes: "a person's word moves those members that are there" },
    ...{
      file: groups('words/possible-group-words'),
      find: 'if (behind.length > 0) throw notReady(action, behind, where);',
    },
    ...{ replace: 'void notReady;', caughtBy: pure('test/integration/release-groups.test.ts') },
  },
  {
    ...{
      name: 'group-word-when-broken',
      kind,
      undoes: "a person's word moves the members that are left of a group that has failed",
    },
    ...{
      file: groups('words/possible-group-words'),
      find: 'assertWhole(group, action);\n  const live',
      replace: 'const live',
    },
    ...{ caughtBy: pure('test/model/release-groups.test.ts', 'goes nowhere by') },
  },
  {
    ...{
      name: 'group-without-way-back',
      kind,
      undoes: 'a policy without a bake is good enough for a member',
    },
    ...{
      file: groups('start-group'),
      find: "if (!policyOf(rollout).steps.some(({ kind }) => kind === 'bake')) throw needsBake(model);",
    },
    ...{ replace: 'void [policyOf, needsBake, rollout];', caughtBy: KEEPS },
  },
  {
    ...{ name: 'group-goes-on-broken', kind, undoes: 'a member goes on when another one has failed' },
    ...{ file: groups('cross-together'), find: 'if (broke === null) return seen;', replace: 'return seen;' },
    ...{ caughtBy: ENDS },
  },
  {
    ...{
      name: 'queued-outlives-its-group',
      kind,
      undoes: 'a member that waits in a queue starts though its group has failed',
    },
    ...{
      file: 'libs/engine/src/queue/dequeue.ts',
      find: 'if (broke !== null) {',
      replace: "if (broke === '') {",
    },
    ...{ caughtBy: KEEPS },
  },
  {
    ...{
      name: 'group-starts-by-halves',
      kind,
      undoes:
        'a member leaves its queue while another one of its group waits: two groups may wait for each other for ever',
    },
    ...{
      file: 'libs/engine/src/queue/dequeue.ts',
      find: "if (all.every((one) => one.turn.kind === 'free')) {",
      replace: "if (turn.kind === 'free') {\n    all.splice(0, all.length, own);",
    },
    ...{ caughtBy: KEEPS },
  },
  {
    ...{
      name: 'group-queues-by-halves',
      kind,
      undoes: 'members start at once that find a place, though others have to queue',
    },
    ...{
      file: groups('start-group'),
      find: '!same && (await someMustQueue(stores, models));\n  const asked =',
    },
    ...{
      replace: 'same === models && (await someMustQueue(stores, models));\n  const asked =',
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'one-date-moves-alone',
      kind,
      undoes: "the start of one member moves without the others'",
    },
    ...{
      file: 'libs/engine/src/release/asked-again.ts',
      find: 'if (start !== null && rollout.groupId !== null && rollout.groupId !== repeat.groupId)',
    },
    ...{ replace: "if (rollout.groupId === 'x')", caughtBy: KEEPS },
  },
  {
    ...{
      name: 'passes-a-waiting-group',
      kind,
      undoes:
        'a later release starts on a model where a group waits for a place elsewhere, and the group waits for ever',
    },
    ...{ file: 'libs/engine/src/rollouts/start-rollout.ts', find: 'isLater || isBehind' },
    ...{ replace: 'isBehind && isLater', caughtBy: pure('test/model/group-queues.test.ts', 'never wait') },
  },
  {
    ...{
      name: 'refused-by-one-only',
      kind,
      undoes: 'a refusal takes back the member at its approval, and leaves the others on their way',
    },
    ...{
      file: groups('words/possible-group-words'),
      find: "'at an approval step');\n      return live;",
    },
    ...{
      replace: "'at an approval step');\n      return live.filter(isAtApproval);",
      caughtBy: pure('test/model/release-group-words.test.ts'),
    },
  },
];

/** Words to a group and to a model are for what was seen, and are carried out once. */
export const OF_SEEN: readonly Mutant[] = [
  {
    ...{
      name: 'group-approves-twice',
      kind: 2,
      undoes: "a group's approval that is said twice within seconds approves the next step, too",
    },
    ...{
      file: groups('words/act-on-group'),
      find: "action === 'approve' && !isSeen",
      replace: "action === 'approve' && isSeen && !isSeen",
    },
    ...{ caughtBy: pure('test/model/group-approvals.test.ts', 'once in ten seconds') },
  },
  {
    ...{ name: 'seen-group', kind: 2, undoes: "If-Match with a group's ETag is not looked at" },
    ...{
      file: groups('words/act-on-group'),
      find: 'assertSeen(group, revision);',
      replace: 'void assertSeen;',
    },
    ...{ caughtBy: pure('test/model/group-approvals.test.ts', 'once in ten seconds') },
  },
  {
    ...{ name: 'seen-promotion', kind: 2, undoes: "an admin's promotion does not look at If-Match" },
    ...{
      file: 'libs/engine/src/primary/move-primary.ts',
      find: 'await assertRouteSeen(stores, model, word);',
    },
    ...{ replace: 'void assertRouteSeen;', caughtBy: pure('test/model/seen-route.test.ts') },
  },
  {
    ...{ name: 'seen-retirement', kind: 2, undoes: 'a model is retired whatever If-Match says' },
    ...{
      file: 'libs/engine/src/primary/retire-model.ts',
      find: 'await assertRouteSeen(stores, model, seen);\n  const { primary',
    },
    ...{ replace: 'const { primary', caughtBy: pure('test/model/seen-route.test.ts') },
  },
  {
    ...{ name: 'seen-unretirement', kind: 2, undoes: 'a model serves again whatever If-Match says' },
    ...{
      file: 'libs/engine/src/primary/retire-model.ts',
      find: 'await assertRouteSeen(stores, model, seen);\n  await assertUp',
    },
    ...{ replace: 'await assertUp', caughtBy: pure('test/model/seen-route.test.ts') },
  },
  {
    ...{
      name: 'promotes-through-freeze',
      kind: 8,
      undoes: "an admin's promotion that overrides no freeze goes through an open window",
    },
    ...{
      file: 'libs/engine/src/release/through-freeze.ts',
      find: "now, { action: 'promote', overrideFreeze });",
    },
    ...{
      replace: "now, { action: 'promote', overrideFreeze: true || overrideFreeze });",
      caughtBy: pure('test/model/promote-in-freeze.test.ts'),
    },
  },
];
