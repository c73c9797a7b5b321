import { attendee, type Company, company, given, imported, speaker, sponsor } from './language.ts'

const US = 'United States'
const NEW_YORK = { time_zone: 'America/New_York' }
const CHICAGO = { time_zone: 'America/Chicago' }
const DENVER = { time_zone: 'America/Denver' }
const LOS_ANGELES = { time_zone: 'America/Los_Angeles' }

/** The five companies of the first product's demo. Their people, and whatever reads like an address, are invented. */
export const companies: Company[] = [
  company(
    'Acme Logistics',
    'acme-logistics.example',
    {
      industry: 'Third-Party Logistics',
      country: US,
      revenue: '$12.4B',
      employees: 48_000,
      facilities: 210,
      mega_boost: 10,
      vendor_penalty: 0,
    },
    [
      attendee('Maria Hernandez', 'Chief Operating Officer', US, {
        ...CHICAGO,
        address: imported('maria.hernandez'),
        phone: '+1 312 555 0142',
      }),
      attendee('David Kowalski', 'SVP, Distribution Operations', US, {
        ...CHICAGO,
        address: imported('david.kowalski'),
      }),
      attendee('Priya Raman', 'VP Supply Chain Operations', US, { ...NEW_YORK, address: imported('priya.raman') }),
      attendee('Tom O’Brien', 'Director of Yard Operations', US, { ...DENVER, address: given('tom.obrien') }),
      attendee('Angela Whitfield', 'Director, Transportation Procurement', US, {
        ...NEW_YORK,
        address: imported('angela.whitfield'),
      }),
      attendee('Luis Ortega y Gasset', 'Operations Manager', 'Mexico', { time_zone: 'America/Mexico_City' }),
      attendee('Dr. Hannah Lindqvist', 'Head of Automation', 'Sweden'),
      attendee('Marcus Bell', 'General Manager, Dock Operations', US, CHICAGO),
      speaker('Grace Okafor', 'Chief Supply Chain Officer', US, { ...NEW_YORK, address: imported('grace.okafor') }),
      attendee('William “Bill” Tran', 'Senior Manager, Fleet Maintenance', US, LOS_ANGELES),
    ],
  ),
  company(
    'Global Freight Co',
    'globalfreight.example',
    {
      industry: 'Freight Forwarding',
      country: 'Germany',
      revenue: '€3.1B',
      employees: 17_500,
      facilities: 64,
      mega_boost: 5,
      vendor_penalty: 0,
    },
    [
      attendee('Jürgen Weiß', 'Chief Executive Officer', 'Germany', { address: imported('jweiss') }),
      attendee('Katrin Vogel', 'VP Operations Europe', 'Germany', { address: imported('kvogel') }),
      attendee('Pieter van der Berg', 'Director, Terminal Operations', 'Netherlands', {
        address: imported('pvanderberg'),
      }),
      attendee('Amélie Laurent', 'Head of Procurement', 'France', { address: imported('alaurent') }),
      attendee('Kenji Watanabe', 'Director of Operations, Asia Pacific', 'Japan', { address: given('kwatanabe') }),
      attendee('Siobhan Murphy', 'Logistics Operations Manager', 'Ireland'),
      attendee('Rajesh Iyer', 'Regional Operations Director', 'India'),
      attendee('Chloe Bennett', 'Gate and Yard Supervisor', 'United Kingdom'),
      sponsor('Stefan Richter', 'Key Account Manager', 'Germany'),
    ],
  ),
  company(
    'Supply Chain Plus',
    'supplychainplus.example',
    {
      industry: 'Retail Distribution',
      country: US,
      revenue: '$860M',
      employees: 6_200,
      facilities: 38,
      mega_boost: 0,
      vendor_penalty: 0,
    },
    [
      attendee('Olivia Grant', 'VP of Operations', US, { ...NEW_YORK, address: imported('ogrant') }),
      attendee('Samuel Price', 'Director of Distribution', US, { ...CHICAGO, address: imported('sprice') }),
      attendee('Naomi Fischer', 'Director, Strategic Sourcing', US, { ...NEW_YORK, address: imported('nfischer') }),
      attendee('Derek Osei', 'Warehouse Operations Manager', US, { ...DENVER, address: given('dosei') }),
      attendee('Yuki Tanaka', 'Manager, Inbound Transportation', US, LOS_ANGELES),
      attendee('Carlos Mendes', 'Operations Excellence Lead', 'Portugal', { time_zone: 'Europe/Lisbon' }),
      attendee('Ruth Abramson', 'Chief Information Officer', US, NEW_YORK),
      speaker('Isaac Newell', 'SVP Operations', US, { ...CHICAGO, address: imported('inewell') }),
    ],
  ),
  company(
    'Fast Transport LLC',
    'fasttransport.example',
    {
      industry: 'Trucking',
      country: US,
      revenue: '$240M',
      employees: 1_900,
      facilities: 12,
      mega_boost: 0,
      vendor_penalty: 0,
    },
    [
      attendee('Brenda Castillo', 'President & COO', US, { ...DENVER, address: imported('brenda') }),
      attendee('Jack Holloway', 'Director of Fleet Operations', US, { ...CHICAGO, address: imported('jack') }),
      attendee('Tanya Petrov', 'Operations Manager', US, { ...CHICAGO, address: given('tanya') }),
      attendee('Miguel Santos', 'Terminal Manager', US, { ...LOS_ANGELES, address: imported('miguel') }),
      attendee('Alicia Warren', 'Purchasing Manager', US, DENVER),
      attendee('Dong-hyun Park', 'Dispatch Operations Lead', 'South Korea'),
      attendee('Leroy Jenkins', 'Yard Supervisor', US, CHICAGO),
    ],
  ),
  company(
    'Warehouse Solutions',
    'warehousesolutions.example',
    {
      industry: 'Warehouse Technology',
      country: 'Australia',
      revenue: 'A$95M',
      employees: 420,
      facilities: 3,
      mega_boost: 0,
      vendor_penalty: 15,
      is_domain_given: true,
    },
    [
      sponsor('Fiona MacLeod', 'Chief Revenue Officer', 'Australia', {
        time_zone: 'Australia/Sydney',
        address: given('fiona.macleod'),
      }),
      sponsor('Ethan Brooks', 'Sales Director', US, { ...NEW_YORK, address: given('ethan.brooks') }),
      sponsor('Mei Lin Chua', 'Partner Manager', 'Singapore'),
      speaker('Oscar Dahl', 'VP Product', 'Norway'),
      attendee('Nadia Rahman', 'Implementation Manager', 'United Arab Emirates'),
      sponsor('Greg Sutherland', 'Account Executive', US, LOS_ANGELES),
    ],
  ),
]
