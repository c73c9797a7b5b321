import { BrandMark } from './brand-mark.tsx'
import { Icon, type IconName } from './components/icon.tsx'
import { initials } from './format.ts'
import { paths } from './paths.ts'
import { type EventChoice, useView } from './view.ts'

type Entry = { href: string; label: string; icon: IconName; waiting?: number }

/**
 * The left rail; on a phone a top bar whose menu opens below it. Two checkboxes drive both without a script; the client
 * script only remembers the narrow state.
 */
export function Rail() {
  const view = useView()
  return (
    <header class="rail">
      <div class="rail-top">
        <a class="rail-brand" href={paths.dashboard()}>
          <BrandMark />
          <span class="rail-word">YardFlow</span>
        </a>
        <label class="rail-collapse" title="Narrow menu">
          <input type="checkbox" class="sr-only" id="rail-narrow" checked={view.narrow_rail} data-remember="rail" />
          <Icon name="panel" />
          <span class="sr-only">Narrow menu</span>
        </label>
        <label class="rail-menu">
          <input type="checkbox" class="sr-only" id="rail-open" />
          <Icon name="menu" size={18} />
          <span>Menu</span>
        </label>
      </div>
      <div class="rail-body">
        <EventSwitch events={view.events} active={view.active_event} />
        <nav aria-label="Main">
          <ul class="rail-list">
            <RailEntry href={paths.dashboard()} label="Dashboard" icon="house" waiting={view.waiting?.replies} />
            <RailEntry href={paths.accounts()} label="Accounts" icon="building" />
            <RailEntry href={paths.people()} label="People" icon="users" />
            <RailEntry href={paths.outreach()} label="Outreach" icon="send" />
          </ul>
          <p class="rail-heading">Set up</p>
          <ul class="rail-list">
            <RailEntry href={paths.events()} label="Events" icon="calendar" />
            <RailEntry href={paths.import()} label="Import" icon="upload" />
            <RailEntry href={paths.queue()} label="Queue" icon="activity" waiting={view.waiting?.failed_jobs} />
            <RailEntry href={paths.senders()} label="Senders" icon="mail" />
            <RailEntry href={paths.daysOff()} label="Days off" icon="clock" />
            <RailEntry href={paths.integrations()} label="Integrations" icon="plug" />
          </ul>
        </nav>
        <RailUser />
      </div>
    </header>
  )
}

function EventSwitch(props: { events: readonly EventChoice[]; active: EventChoice | null }) {
  const others = props.events.filter((event) => event.id !== props.active?.id)
  return (
    <details class="event-switch popover">
      <summary>
        <Icon name="calendar" />
        <span class="event-name">
          <span class="event-kicker">Event</span>
          {props.active?.name ?? 'None chosen'}
        </span>
        <Icon name="chevrons-up-down" size={14} />
      </summary>
      <div class="popover-panel">
        {others.length === 0 ? <p class="hint px-2 py-1">No other event yet.</p> : null}
        {others.map((event) => (
          <form method="post" action={paths.activateEvent(event.id)}>
            <button type="submit" class="menu-item">
              {event.name}
            </button>
          </form>
        ))}
        <a class="menu-item" href={paths.events()}>
          All events
        </a>
      </div>
    </details>
  )
}

function RailEntry(props: Entry) {
  const { path } = useView()
  const here = path === props.href || (props.href !== paths.dashboard() && path.startsWith(`${props.href}/`))
  return (
    <li>
      <a href={props.href} aria-current={here ? 'page' : undefined} title={props.label}>
        <Icon name={props.icon} />
        <span class="rail-word">{props.label}</span>
        {props.waiting ? (
          <span class="rail-waiting">
            {props.waiting}
            <span class="sr-only"> waiting</span>
          </span>
        ) : null}
      </a>
    </li>
  )
}

function RailUser() {
  const { user } = useView()
  if (user === null) return null
  return (
    <details class="rail-user popover">
      <summary>
        <span class="avatar-letters" aria-hidden="true">
          {initials(user.name)}
        </span>
        <span class="rail-user-name">
          {user.name}
          <span class="muted">{user.role === 'ADMIN' ? 'Admin' : 'Member'}</span>
        </span>
        <Icon name="chevrons-up-down" size={14} />
      </summary>
      <div class="popover-panel">
        <p class="rail-user-email">{user.email}</p>
        <button type="button" class="menu-item needs-script" data-theme-switch>
          <Icon name="theme" /> Light or dark
        </button>
        <form method="post" action={paths.logout()}>
          <button type="submit" class="menu-item">
            <Icon name="log-out" /> Sign out
          </button>
        </form>
        <form method="post" action={paths.logoutEverywhere()}>
          <button type="submit" class="menu-item">
            <Icon name="globe" /> Sign out everywhere
          </button>
        </form>
      </div>
    </details>
  )
}
