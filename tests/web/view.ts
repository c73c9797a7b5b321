import type { View } from '../../web/view.ts'

/** A signed-in view at a fixed moment: Monday 1 March 2027, 09:30 in Chicago. */
export function sampleView(changes: Partial<View> = {}): View {
  return {
    assets: {
      'app.css': '/build/app-0.css',
      'app.js': '/build/app-0.js',
      'htmx.js': '/build/htmx-0.js',
      'font.woff2': '/build/font-0.woff2',
      'icon.svg': '/build/icon-0.svg',
      buildId: 'test',
    },
    now: new Date('2027-03-01T15:30:00Z'),
    time_zone: 'America/Chicago',
    path: '/dashboard',
    user: { id: 'u1', name: 'Dana Whitfield', email: 'dana@yardflow.com', role: 'ADMIN' },
    events: [
      { id: 'e1', name: 'ProMat 2027' },
      { id: 'e2', name: 'Manifest Vegas 2027' },
    ],
    active_event: { id: 'e1', name: 'ProMat 2027' },
    ...changes,
  }
}
