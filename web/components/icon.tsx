import {
  Activity,
  Archive,
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Ban,
  Building2,
  CalendarDays,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  ChevronsUpDown,
  Circle,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Copy,
  Database,
  Download,
  Ellipsis,
  ExternalLink,
  Eye,
  FileText,
  Globe,
  House,
  Inbox,
  Info,
  LayoutList,
  LogOut,
  Mail,
  MailCheck,
  MailX,
  MapPin,
  Menu,
  MousePointerClick,
  PanelLeft,
  Pause,
  Pencil,
  Phone,
  Play,
  Plug,
  Plus,
  Reply,
  RotateCcw,
  Search,
  Send,
  Settings,
  SlidersHorizontal,
  Sparkles,
  Star,
  SunMoon,
  Trash2,
  TriangleAlert,
  Undo2,
  Upload,
  User,
  Users,
  X,
} from 'lucide'

const icons = {
  activity: Activity,
  archive: Archive,
  'arrow-down': ArrowDown,
  'arrow-left': ArrowLeft,
  'arrow-right': ArrowRight,
  'arrow-up': ArrowUp,
  ban: Ban,
  building: Building2,
  calendar: CalendarDays,
  check: Check,
  'chevron-down': ChevronDown,
  'chevron-left': ChevronLeft,
  'chevron-right': ChevronRight,
  'chevrons-up-down': ChevronsUpDown,
  circle: Circle,
  'circle-alert': CircleAlert,
  'circle-check': CircleCheck,
  'circle-help': CircleHelp,
  'circle-x': CircleX,
  clock: Clock,
  copy: Copy,
  database: Database,
  download: Download,
  ellipsis: Ellipsis,
  'external-link': ExternalLink,
  eye: Eye,
  file: FileText,
  globe: Globe,
  house: House,
  inbox: Inbox,
  info: Info,
  list: LayoutList,
  'log-out': LogOut,
  mail: Mail,
  'mail-check': MailCheck,
  'mail-x': MailX,
  'map-pin': MapPin,
  menu: Menu,
  click: MousePointerClick,
  panel: PanelLeft,
  pause: Pause,
  pencil: Pencil,
  phone: Phone,
  play: Play,
  plug: Plug,
  plus: Plus,
  reply: Reply,
  retry: RotateCcw,
  search: Search,
  send: Send,
  settings: Settings,
  sliders: SlidersHorizontal,
  sparkles: Sparkles,
  star: Star,
  theme: SunMoon,
  trash: Trash2,
  warning: TriangleAlert,
  undo: Undo2,
  upload: Upload,
  user: User,
  users: Users,
  x: X,
}

export type IconName = keyof typeof icons

/** A lucide icon as inline SVG. Decorative unless `label` is given; add further icons to the map above. */
export function Icon(props: { name: IconName; label?: string; size?: number; class?: string }) {
  const size = props.size ?? 16
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      class={`icon ${props.class ?? ''}`}
      role={props.label ? 'img' : undefined}
      aria-label={props.label}
      aria-hidden={props.label ? undefined : 'true'}
    >
      {icons[props.name].map(([Tag, attributes]) => (
        <Tag {...attributes} />
      ))}
    </svg>
  )
}
