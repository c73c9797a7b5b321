/**
 * The only place where a URL is spelled. `routes` are the patterns handlers mount (`app.get(routes.event, …)`),
 * `paths` build an address from one of them. Add a line to both; a test checks that each route is mounted.
 */
export const routes = {
  root: '/',
  login: '/login',
  logout: '/logout',
  logoutEverywhere: '/logout/everywhere',
  dashboard: '/dashboard',

  events: '/dashboard/events',
  newEvent: '/dashboard/events/new',
  event: '/dashboard/events/:id',
  activateEvent: '/dashboard/events/:id/activate',
  archiveEvent: '/dashboard/events/:id/archive',

  accounts: '/dashboard/accounts',
  newAccount: '/dashboard/accounts/new',
  account: '/dashboard/accounts/:id',
  editAccount: '/dashboard/accounts/:id/edit',
  overrideScore: '/dashboard/accounts/:id/override',
  removeOverride: '/dashboard/accounts/:id/override/remove',
  enrichAccounts: '/dashboard/accounts/enrich',
  enrichAccount: '/dashboard/accounts/:id/enrich',
  accountParent: '/dashboard/accounts/:id/parent',

  people: '/dashboard/people',
  newPerson: '/dashboard/people/new',
  person: '/dashboard/people/:id',
  editPerson: '/dashboard/people/:id/edit',
  personAddresses: '/dashboard/people/:id/addresses',
  boothVisit: '/dashboard/people/:id/booth-visit',
  bookMeeting: '/dashboard/people/:id/meeting',
  unbookMeeting: '/dashboard/people/:id/meeting/remove',
  erasePerson: '/dashboard/people/:id/erase',

  outreach: '/dashboard/outreach',
  newSequence: '/dashboard/outreach/new',
  chooseSequence: '/dashboard/outreach/choose',
  tasks: '/dashboard/outreach/tasks',
  completeTask: '/dashboard/outreach/tasks/:id/done',
  skipTask: '/dashboard/outreach/tasks/:id/skip',
  replies: '/dashboard/outreach/replies',
  readReply: '/dashboard/outreach/replies/:id/read',
  suppressions: '/dashboard/outreach/suppressions',
  importSuppressions: '/dashboard/outreach/suppressions/import',
  removeSuppression: '/dashboard/outreach/suppressions/:id/remove',
  unconfirmed: '/dashboard/outreach/unconfirmed',
  decideUnconfirmed: '/dashboard/outreach/unconfirmed/:id/decide',
  sequence: '/dashboard/outreach/:id',
  sequenceSettings: '/dashboard/outreach/:id/settings',
  sequenceSteps: '/dashboard/outreach/:id/steps',
  sequenceVersions: '/dashboard/outreach/:id/versions',
  newStep: '/dashboard/outreach/:id/steps/new',
  previewStep: '/dashboard/outreach/:id/steps/preview',
  draftStep: '/dashboard/outreach/:id/steps/draft',
  sequenceStep: '/dashboard/outreach/:id/steps/:stepId',
  moveStep: '/dashboard/outreach/:id/steps/:stepId/move',
  removeStep: '/dashboard/outreach/:id/steps/:stepId/remove',
  sequencePeople: '/dashboard/outreach/:id/people',
  enrollPeople: '/dashboard/outreach/:id/enroll',
  preflight: '/dashboard/outreach/:id/preflight',
  simulate: '/dashboard/outreach/:id/simulate',
  enrollment: '/dashboard/outreach/:id/people/:enrollmentId',
  stopEnrollment: '/dashboard/outreach/:id/people/:enrollmentId/stop',
  pauseEnrollment: '/dashboard/outreach/:id/people/:enrollmentId/pause',
  pauseUntil: '/dashboard/outreach/:id/people/:enrollmentId/pause-until',
  resumeEnrollment: '/dashboard/outreach/:id/people/:enrollmentId/resume',
  activateSequence: '/dashboard/outreach/:id/activate',
  pauseSequence: '/dashboard/outreach/:id/pause',
  resumeSequence: '/dashboard/outreach/:id/resume',
  archiveSequence: '/dashboard/outreach/:id/archive',

  import: '/dashboard/import',
  importRun: '/dashboard/import/:id',
  importProgress: '/dashboard/import/:id/progress',
  importRows: '/dashboard/import/:id/rows',
  continueImport: '/dashboard/import/:id/continue',
  exportList: '/dashboard/export/:kind',

  queue: '/dashboard/queue',
  queueJob: '/dashboard/queue/:id',
  retryJob: '/dashboard/queue/:id/retry',

  integrations: '/dashboard/settings/integrations',
  senders: '/dashboard/settings/senders',
  sender: '/dashboard/settings/senders/:address',
  pauseSender: '/dashboard/settings/senders/:address/pause',
  resumeSender: '/dashboard/settings/senders/:address/resume',
  daysOff: '/dashboard/settings/days-off',
  removeDayOff: '/dashboard/settings/days-off/:id/remove',
  workspaceZone: '/dashboard/settings/days-off/zone',

  health: '/health',
  apiHealth: '/api/health',
  apiQueueEnrich: '/api/queue/enrich',
  apiQueueStatus: '/api/queue/status/:id',
  apiQueueStats: '/api/queue/stats',
  apiMessageReceipt: '/api/messages/:id/receipt',

  job: '/jobs/:name',
  sendgridEvents: '/webhooks/sendgrid/events',
  sendgridInbound: '/webhooks/sendgrid/inbound',
  unsubscribe: '/unsubscribe/:token',
} as const

/** Every pattern, for the test that each one is mounted. */
export const routePatterns: readonly string[] = Object.values(routes)

export const paths = {
  root: () => routes.root,
  login: (query: { return_to?: string } = {}) => withQuery(routes.login, query),
  logout: () => routes.logout,
  logoutEverywhere: () => routes.logoutEverywhere,
  dashboard: () => routes.dashboard,

  events: (query: Query = {}) => withQuery(routes.events, query),
  newEvent: () => routes.newEvent,
  event: (id: string) => fill(routes.event, { id }),
  activateEvent: (id: string) => fill(routes.activateEvent, { id }),
  archiveEvent: (id: string) => fill(routes.archiveEvent, { id }),

  accounts: (query: Query = {}) => withQuery(routes.accounts, query),
  newAccount: () => routes.newAccount,
  account: (id: string) => fill(routes.account, { id }),
  editAccount: (id: string) => fill(routes.editAccount, { id }),
  overrideScore: (id: string) => fill(routes.overrideScore, { id }),
  removeOverride: (id: string) => fill(routes.removeOverride, { id }),
  enrichAccounts: () => routes.enrichAccounts,
  enrichAccount: (id: string) => fill(routes.enrichAccount, { id }),
  accountParent: (id: string) => fill(routes.accountParent, { id }),

  people: (query: Query = {}) => withQuery(routes.people, query),
  newPerson: (query: { account_id?: string } = {}) => withQuery(routes.newPerson, query),
  person: (id: string) => fill(routes.person, { id }),
  editPerson: (id: string) => fill(routes.editPerson, { id }),
  personAddresses: (id: string) => fill(routes.personAddresses, { id }),
  boothVisit: (id: string) => fill(routes.boothVisit, { id }),
  bookMeeting: (id: string) => fill(routes.bookMeeting, { id }),
  unbookMeeting: (id: string) => fill(routes.unbookMeeting, { id }),
  erasePerson: (id: string) => fill(routes.erasePerson, { id }),

  outreach: (query: Query = {}) => withQuery(routes.outreach, query),
  newSequence: () => routes.newSequence,
  chooseSequence: (query: { person?: readonly string[]; account?: readonly string[] } = {}) =>
    withQuery(routes.chooseSequence, query),
  tasks: (query: Query = {}) => withQuery(routes.tasks, query),
  completeTask: (id: string) => fill(routes.completeTask, { id }),
  skipTask: (id: string) => fill(routes.skipTask, { id }),
  replies: (query: Query = {}) => withQuery(routes.replies, query),
  readReply: (id: string) => fill(routes.readReply, { id }),
  suppressions: (query: Query = {}) => withQuery(routes.suppressions, query),
  importSuppressions: () => routes.importSuppressions,
  removeSuppression: (id: string) => fill(routes.removeSuppression, { id }),
  unconfirmed: (query: Query = {}) => withQuery(routes.unconfirmed, query),
  decideUnconfirmed: (id: string) => fill(routes.decideUnconfirmed, { id }),
  sequence: (id: string) => fill(routes.sequence, { id }),
  sequenceSettings: (id: string) => fill(routes.sequenceSettings, { id }),
  sequenceSteps: (id: string) => fill(routes.sequenceSteps, { id }),
  sequenceVersions: (id: string) => fill(routes.sequenceVersions, { id }),
  newStep: (id: string, query: { kind?: string; position?: string } = {}) =>
    withQuery(fill(routes.newStep, { id }), query),
  previewStep: (id: string) => fill(routes.previewStep, { id }),
  draftStep: (id: string) => fill(routes.draftStep, { id }),
  sequenceStep: (id: string, stepId: string) => fill(routes.sequenceStep, { id, stepId }),
  moveStep: (id: string, stepId: string) => fill(routes.moveStep, { id, stepId }),
  removeStep: (id: string, stepId: string) => fill(routes.removeStep, { id, stepId }),
  sequencePeople: (id: string, query: Query = {}) => withQuery(fill(routes.sequencePeople, { id }), query),
  enrollPeople: (id: string, query: Query = {}) => withQuery(fill(routes.enrollPeople, { id }), query),
  preflight: (id: string, query: Query = {}) => withQuery(fill(routes.preflight, { id }), query),
  simulate: (id: string) => fill(routes.simulate, { id }),
  enrollment: (id: string, enrollmentId: string) => fill(routes.enrollment, { id, enrollmentId }),
  stopEnrollment: (id: string, enrollmentId: string) => fill(routes.stopEnrollment, { id, enrollmentId }),
  pauseEnrollment: (id: string, enrollmentId: string) => fill(routes.pauseEnrollment, { id, enrollmentId }),
  pauseUntil: (id: string, enrollmentId: string) => fill(routes.pauseUntil, { id, enrollmentId }),
  resumeEnrollment: (id: string, enrollmentId: string) => fill(routes.resumeEnrollment, { id, enrollmentId }),
  activateSequence: (id: string) => fill(routes.activateSequence, { id }),
  pauseSequence: (id: string) => fill(routes.pauseSequence, { id }),
  resumeSequence: (id: string) => fill(routes.resumeSequence, { id }),
  archiveSequence: (id: string) => fill(routes.archiveSequence, { id }),

  import: () => routes.import,
  importRun: (id: string) => fill(routes.importRun, { id }),
  importProgress: (id: string) => fill(routes.importProgress, { id }),
  importRows: (id: string, query: Query = {}) => withQuery(fill(routes.importRows, { id }), query),
  continueImport: (id: string) => fill(routes.continueImport, { id }),
  exportList: (kind: 'accounts' | 'people' | 'suppressions') => fill(routes.exportList, { kind }),

  queue: (query: Query = {}) => withQuery(routes.queue, query),
  queueJob: (id: string, query: { seen?: string } = {}) => withQuery(fill(routes.queueJob, { id }), query),
  retryJob: (id: string) => fill(routes.retryJob, { id }),

  integrations: () => routes.integrations,
  senders: () => routes.senders,
  sender: (address: string) => fill(routes.sender, { address }),
  pauseSender: (address: string) => fill(routes.pauseSender, { address }),
  resumeSender: (address: string) => fill(routes.resumeSender, { address }),
  daysOff: () => routes.daysOff,
  removeDayOff: (id: string) => fill(routes.removeDayOff, { id }),
  workspaceZone: () => routes.workspaceZone,

  health: () => routes.health,
  apiHealth: () => routes.apiHealth,
  apiQueueEnrich: () => routes.apiQueueEnrich,
  apiQueueStatus: (id: string) => fill(routes.apiQueueStatus, { id }),
  apiQueueStats: () => routes.apiQueueStats,
  apiMessageReceipt: (id: string) => fill(routes.apiMessageReceipt, { id }),

  job: (name: string) => fill(routes.job, { name }),
  sendgridEvents: () => routes.sendgridEvents,
  sendgridInbound: () => routes.sendgridInbound,
  unsubscribe: (token: string) => fill(routes.unsubscribe, { token }),
}

/** Empty values are left out, arrays repeat the key, so a filter bar round-trips to the shortest address. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined | readonly string[]>>

type Params<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Params<`/${Rest}`>
  : Pattern extends `${string}:${infer Name}`
    ? Name
    : never

function fill<Pattern extends string>(pattern: Pattern, params: Record<Params<Pattern>, string>): string {
  const values: Record<string, string> = params
  return pattern.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined && item !== '' && item !== false) search.append(key, String(item))
    }
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
