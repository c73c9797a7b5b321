import { foldText } from '../fold-text.ts'

/**
 * Countries (ISO 3166 alpha-2) that keep one time, or one time in practice: islands and enclaves far from where business
 * is done are left aside. United States, Canada, Mexico, Brazil, Australia, Russia and Indonesia are told by their region.
 */
const national = `AD:Europe/Andorra AE:Asia/Dubai AF:Asia/Kabul AG:America/Antigua AI:America/Anguilla AL:Europe/Tirane
AM:Asia/Yerevan AO:Africa/Luanda AR:America/Argentina/Buenos_Aires AS:Pacific/Pago_Pago AT:Europe/Vienna AW:America/Aruba
AX:Europe/Mariehamn AZ:Asia/Baku BA:Europe/Sarajevo BB:America/Barbados BD:Asia/Dhaka BE:Europe/Brussels
BF:Africa/Ouagadougou BG:Europe/Sofia BH:Asia/Bahrain BI:Africa/Bujumbura BJ:Africa/Porto-Novo BL:America/St_Barthelemy
BM:Atlantic/Bermuda BN:Asia/Brunei BO:America/La_Paz BQ:America/Kralendijk BS:America/Nassau BT:Asia/Thimphu
BW:Africa/Gaborone BY:Europe/Minsk BZ:America/Belize CC:Indian/Cocos CF:Africa/Bangui CG:Africa/Brazzaville
CH:Europe/Zurich CI:Africa/Abidjan CK:Pacific/Rarotonga CL:America/Santiago CM:Africa/Douala CN:Asia/Shanghai
CO:America/Bogota CR:America/Costa_Rica CU:America/Havana CV:Atlantic/Cape_Verde CW:America/Curacao CX:Indian/Christmas
CY:Asia/Nicosia CZ:Europe/Prague DE:Europe/Berlin DJ:Africa/Djibouti DK:Europe/Copenhagen DM:America/Dominica
DO:America/Santo_Domingo DZ:Africa/Algiers EC:America/Guayaquil EE:Europe/Tallinn EG:Africa/Cairo EH:Africa/El_Aaiun
ER:Africa/Asmara ES:Europe/Madrid ET:Africa/Addis_Ababa FI:Europe/Helsinki FJ:Pacific/Fiji FK:Atlantic/Stanley
FO:Atlantic/Faroe FR:Europe/Paris GA:Africa/Libreville GB:Europe/London GD:America/Grenada GE:Asia/Tbilisi
GF:America/Cayenne GG:Europe/Guernsey GH:Africa/Accra GI:Europe/Gibraltar GM:Africa/Banjul GN:Africa/Conakry
GP:America/Guadeloupe GQ:Africa/Malabo GR:Europe/Athens GT:America/Guatemala GU:Pacific/Guam GW:Africa/Bissau
GY:America/Guyana HK:Asia/Hong_Kong HN:America/Tegucigalpa HR:Europe/Zagreb HT:America/Port-au-Prince HU:Europe/Budapest
IE:Europe/Dublin IL:Asia/Jerusalem IM:Europe/Isle_of_Man IN:Asia/Kolkata IQ:Asia/Baghdad IR:Asia/Tehran
IS:Atlantic/Reykjavik IT:Europe/Rome JE:Europe/Jersey JM:America/Jamaica JO:Asia/Amman JP:Asia/Tokyo KE:Africa/Nairobi
KG:Asia/Bishkek KH:Asia/Phnom_Penh KM:Indian/Comoro KN:America/St_Kitts KP:Asia/Pyongyang KR:Asia/Seoul KW:Asia/Kuwait
KY:America/Cayman KZ:Asia/Almaty LA:Asia/Vientiane LB:Asia/Beirut LC:America/St_Lucia LI:Europe/Vaduz LK:Asia/Colombo
LR:Africa/Monrovia LS:Africa/Maseru LT:Europe/Vilnius LU:Europe/Luxembourg LV:Europe/Riga LY:Africa/Tripoli
MA:Africa/Casablanca MC:Europe/Monaco MD:Europe/Chisinau ME:Europe/Podgorica MF:America/Marigot MG:Indian/Antananarivo
MH:Pacific/Majuro MK:Europe/Skopje ML:Africa/Bamako MM:Asia/Yangon MO:Asia/Macau MP:Pacific/Saipan MQ:America/Martinique
MR:Africa/Nouakchott MS:America/Montserrat MT:Europe/Malta MU:Indian/Mauritius MV:Indian/Maldives MW:Africa/Blantyre
MY:Asia/Kuala_Lumpur MZ:Africa/Maputo NA:Africa/Windhoek NC:Pacific/Noumea NE:Africa/Niamey NF:Pacific/Norfolk
NG:Africa/Lagos NI:America/Managua NL:Europe/Amsterdam NO:Europe/Oslo NP:Asia/Kathmandu NR:Pacific/Nauru NU:Pacific/Niue
NZ:Pacific/Auckland OM:Asia/Muscat PA:America/Panama PE:America/Lima PF:Pacific/Tahiti PG:Pacific/Port_Moresby
PH:Asia/Manila PK:Asia/Karachi PL:Europe/Warsaw PM:America/Miquelon PR:America/Puerto_Rico PS:Asia/Hebron
PT:Europe/Lisbon PW:Pacific/Palau PY:America/Asuncion QA:Asia/Qatar RE:Indian/Reunion RO:Europe/Bucharest
RS:Europe/Belgrade RW:Africa/Kigali SA:Asia/Riyadh SB:Pacific/Guadalcanal SC:Indian/Mahe SD:Africa/Khartoum
SE:Europe/Stockholm SG:Asia/Singapore SH:Atlantic/St_Helena SI:Europe/Ljubljana SJ:Arctic/Longyearbyen
SK:Europe/Bratislava SL:Africa/Freetown SM:Europe/San_Marino SN:Africa/Dakar SO:Africa/Mogadishu SR:America/Paramaribo
SS:Africa/Juba ST:Africa/Sao_Tome SV:America/El_Salvador SX:America/Lower_Princes SY:Asia/Damascus SZ:Africa/Mbabane
TC:America/Grand_Turk TD:Africa/Ndjamena TG:Africa/Lome TH:Asia/Bangkok TJ:Asia/Dushanbe TK:Pacific/Fakaofo TL:Asia/Dili
TM:Asia/Ashgabat TN:Africa/Tunis TO:Pacific/Tongatapu TR:Europe/Istanbul TT:America/Port_of_Spain TV:Pacific/Funafuti
TW:Asia/Taipei TZ:Africa/Dar_es_Salaam UA:Europe/Kyiv UG:Africa/Kampala UY:America/Montevideo UZ:Asia/Tashkent
VA:Europe/Vatican VC:America/St_Vincent VE:America/Caracas VG:America/Tortola VI:America/St_Thomas VN:Asia/Ho_Chi_Minh
VU:Pacific/Efate WF:Pacific/Wallis WS:Pacific/Apia XK:Europe/Belgrade YE:Asia/Aden YT:Indian/Mayotte
ZA:Africa/Johannesburg ZM:Africa/Lusaka ZW:Africa/Harare`

/** One zone a line: the states and provinces that keep it, code and names, where most of their people live. */
const regional: Readonly<Record<string, string>> = {
  US: `America/New_York: CT Connecticut, DE Delaware, DC District of Columbia, FL Florida, GA Georgia, IN Indiana, KY Kentucky, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, NH New Hampshire, NJ New Jersey, NY New York, NC North Carolina, OH Ohio, PA Pennsylvania, RI Rhode Island, SC South Carolina, VT Vermont, VA Virginia, WV West Virginia, Washington DC, Washington D.C.
America/Chicago: AL Alabama, AR Arkansas, IL Illinois, IA Iowa, KS Kansas, LA Louisiana, MN Minnesota, MS Mississippi, MO Missouri, NE Nebraska, ND North Dakota, OK Oklahoma, SD South Dakota, TN Tennessee, TX Texas, WI Wisconsin
America/Denver: CO Colorado, MT Montana, NM New Mexico, UT Utah, WY Wyoming
America/Boise: ID Idaho
America/Phoenix: AZ Arizona
America/Los_Angeles: CA California, NV Nevada, OR Oregon, WA Washington
America/Anchorage: AK Alaska
Pacific/Honolulu: HI Hawaii
America/Puerto_Rico: PR Puerto Rico
Pacific/Guam: GU Guam`,
  CA: `America/Toronto: ON Ontario, QC Quebec
America/Winnipeg: MB Manitoba
America/Regina: SK Saskatchewan
America/Edmonton: AB Alberta, NT Northwest Territories
America/Vancouver: BC British Columbia
America/Whitehorse: YT Yukon
America/Iqaluit: NU Nunavut
America/Halifax: NS Nova Scotia, PE Prince Edward Island
America/Moncton: NB New Brunswick
America/St_Johns: NL Newfoundland and Labrador, Newfoundland`,
  AU: `Australia/Sydney: NSW New South Wales, ACT Australian Capital Territory
Australia/Melbourne: VIC Victoria
Australia/Brisbane: QLD Queensland
Australia/Adelaide: SA South Australia
Australia/Perth: WA Western Australia
Australia/Hobart: TAS Tasmania
Australia/Darwin: NT Northern Territory`,
  BR: `America/Sao_Paulo: DF Distrito Federal, ES Espirito Santo, GO Goias, MG Minas Gerais, PR Parana, RJ Rio de Janeiro, RS Rio Grande do Sul, SC Santa Catarina, SP Sao Paulo
America/Bahia: BA Bahia
America/Fortaleza: CE Ceara, MA Maranhao, PB Paraiba, PI Piaui, RN Rio Grande do Norte
America/Recife: PE Pernambuco
America/Maceio: AL Alagoas, SE Sergipe
America/Belem: AP Amapa, PA Para
America/Araguaina: TO Tocantins
America/Cuiaba: MT Mato Grosso
America/Campo_Grande: MS Mato Grosso do Sul
America/Manaus: AM Amazonas
America/Porto_Velho: RO Rondonia
America/Boa_Vista: RR Roraima
America/Rio_Branco: AC Acre`,
  MX: `America/Mexico_City: AGU Aguascalientes, CDMX Ciudad de Mexico, Mexico City, CHP Chiapas, COL Colima, DUR Durango, GUA Guanajuato, GRO Guerrero, HID Hidalgo, JAL Jalisco, MEX Estado de Mexico, MIC Michoacan, MOR Morelos, OAX Oaxaca, PUE Puebla, QUE Queretaro, SLP San Luis Potosi, TAB Tabasco, TLA Tlaxcala, VER Veracruz, ZAC Zacatecas
America/Merida: CAM Campeche, YUC Yucatan
America/Monterrey: COA Coahuila, NLE Nuevo Leon, TAM Tamaulipas
America/Cancun: ROO Quintana Roo
America/Chihuahua: CHH Chihuahua
America/Hermosillo: SON Sonora
America/Mazatlan: BCS Baja California Sur, NAY Nayarit, SIN Sinaloa
America/Tijuana: BCN Baja California`,
  RU: `Europe/Moscow: MOW Moscow, MOS Moscow Oblast, SPE Saint Petersburg, St Petersburg, LEN Leningrad, TA Tatarstan, NIZ Nizhny Novgorod, ROS Rostov, KDA Krasnodar, VOR Voronezh, TUL Tula, KLU Kaluga, YAR Yaroslavl, TVE Tver, VLG Vologda, VGG Volgograd
Europe/Kaliningrad: KGD Kaliningrad
Europe/Samara: SAM Samara, UD Udmurtia
Europe/Saratov: SAR Saratov
Europe/Astrakhan: AST Astrakhan
Europe/Ulyanovsk: ULY Ulyanovsk
Asia/Yekaterinburg: SVE Sverdlovsk, CHE Chelyabinsk, PER Perm, BA Bashkortostan, TYU Tyumen, ORE Orenburg, KGN Kurgan, KHM Khanty-Mansi, YAN Yamalo-Nenets
Asia/Omsk: OMS Omsk
Asia/Novosibirsk: NVS Novosibirsk
Asia/Tomsk: TOM Tomsk
Asia/Barnaul: ALT Altai Krai, AL Altai
Asia/Novokuznetsk: KEM Kemerovo
Asia/Krasnoyarsk: KYA Krasnoyarsk, KK Khakassia, TY Tuva
Asia/Irkutsk: IRK Irkutsk, BU Buryatia
Asia/Chita: ZAB Zabaykalsky
Asia/Yakutsk: SA Sakha, Yakutia, AMU Amur
Asia/Vladivostok: PRI Primorsky, KHA Khabarovsk, YEV Jewish Autonomous Oblast
Asia/Sakhalin: SAK Sakhalin
Asia/Magadan: MAG Magadan
Asia/Kamchatka: KAM Kamchatka
Asia/Anadyr: CHU Chukotka`,
  ID: `Asia/Jakarta: AC Aceh, BT Banten, BE Bengkulu, YO Yogyakarta, JK Jakarta, JA Jambi, JB Jawa Barat, West Java, JT Jawa Tengah, Central Java, JI Jawa Timur, East Java, LA Lampung, RI Riau, KR Kepulauan Riau, Riau Islands, BB Bangka Belitung, SB Sumatera Barat, West Sumatra, SS Sumatera Selatan, South Sumatra, SU Sumatera Utara, North Sumatra
Asia/Pontianak: KB Kalimantan Barat, West Kalimantan, KT Kalimantan Tengah, Central Kalimantan
Asia/Makassar: BA Bali, NB Nusa Tenggara Barat, West Nusa Tenggara, NT Nusa Tenggara Timur, East Nusa Tenggara, KS Kalimantan Selatan, South Kalimantan, KI Kalimantan Timur, East Kalimantan, KU Kalimantan Utara, North Kalimantan, SN Sulawesi Selatan, South Sulawesi, SR Sulawesi Barat, ST Sulawesi Tengah, SG Sulawesi Tenggara, SA Sulawesi Utara, North Sulawesi, GO Gorontalo
Asia/Jayapura: PA Papua, PB Papua Barat, West Papua, MA Maluku, MU Maluku Utara, North Maluku`,
}

/** Where most people live of a country of several zones. */
const mostPeople: Readonly<Record<string, string>> = {
  US: 'America/Chicago',
  CA: 'America/Toronto',
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  MX: 'America/Mexico_City',
  RU: 'Europe/Moscow',
  ID: 'Asia/Jakarta',
}

/** Zones that a country of several keeps beside those its regions name. */
const more: Readonly<Record<string, string>> = {
  US: 'America/Detroit America/Indiana/Indianapolis America/Kentucky/Louisville US/Eastern US/Central US/Mountain US/Pacific',
  CA: 'America/Montreal America/Thunder_Bay America/Glace_Bay America/Goose_Bay America/Rankin_Inlet America/Yellowknife',
  AU: 'Australia/Canberra Australia/Lindeman Australia/Broken_Hill Australia/Lord_Howe Australia/Eucla',
  BR: 'America/Santarem America/Noronha America/Eirunepe',
  MX: 'America/Ciudad_Juarez America/Ojinaga America/Matamoros America/Bahia_Banderas',
  RU: 'Europe/Volgograd Europe/Kirov Asia/Khandyga Asia/Ust-Nera Asia/Srednekolymsk',
}

/**
 * Of a country of several zones, when the region is not known: the given zone when it lies there, else where most people
 * live. Undefined for a country of one zone, or of none we know.
 */
export function likelyZone(code: string, preferred: string): { time_zone: string; is_preferred: boolean } | undefined {
  const most = mostPeople[code]
  if (most === undefined) return undefined
  const names = `${more[code] ?? ''} ${regional[code]?.replace(/:.*$/gm, '') ?? ''}`.split(/\s+/)
  const is_preferred = names.includes(preferred)
  return { time_zone: is_preferred ? preferred : most, is_preferred }
}

/** The one zone of a country, by its ISO code. */
export function zoneOfCountry(code: string): string | undefined {
  zones ??= new Map(national.split(/\s+/).map((pair) => [pair.slice(0, 2), pair.slice(3)]))
  return zones.get(code)
}
let zones: Map<string, string> | undefined

/** The zone of a state or province, by its code ("NV", "US-NV") or its name. */
export function zoneOfRegion(code: string, region: string): string | undefined {
  const lines = regional[code]
  if (lines === undefined) return undefined
  let known = regions.get(code)
  if (known === undefined) {
    known = readRegions(lines)
    regions.set(code, known)
  }
  const key = regionKey(region)
  return known.get(key) ?? known.get(key.replace(`${code.toLowerCase()} `, ''))
}
const regions = new Map<string, Map<string, string>>()

function readRegions(lines: string): Map<string, string> {
  const known = new Map<string, string>()
  for (const line of lines.split('\n')) {
    const [zone = '', names = ''] = line.split(': ')
    for (const entry of names.split(', ')) {
      const [code = '', ...name] = entry.split(' ')
      known.set(regionKey(entry), zone)
      if (/^[A-Z]{2,4}$/.test(code) && name.length > 0) {
        known.set(code.toLowerCase(), zone)
        known.set(regionKey(name.join(' ')), zone)
      }
    }
  }
  return known
}

const regionKey = (text: string) =>
  foldText(text)
    .replace(/[^a-z]+/g, ' ')
    .trim()
