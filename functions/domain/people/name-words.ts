/** Word lists for names. All folded: no case, accents, dots. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Titles before a name. 'm' (Monsieur) is left out: it is far more often an initial. */
export const PREFIXES = words(`
  dr prof professor mr mrs ms miss mx sir dame rev reverend fr father hon honorable capt captain col colonel lt ltcol lieutenant maj major gen
  general sgt sergeant cmdr commander adm admiral amb ambassador sen senator eng ing dipling mag dott dottssa herr frau mme mlle madame monsieur
  sra srta senor senora dra don dona
`)

/** Generations: part of who somebody is, unlike a credential. */
export const GENERATIONS = words('jr sr junior ii iii iv v vi 2nd 3rd 4th')

/** Degrees and certificates seen after a comma, or at the end of a name in capitals. */
export const CREDENTIALS = words(`
  phd md mba emba ma msc ms bs ba bsc bba beng meng mph mpa mpp mfa jd llm llb esq dds dvm do rn np pe eit psyd edd dba cpa cma cfa cfp cia cisa
  cissp cism cpim cscp cltd cpsm cpsd csco cpp cppm cpmm cipp cips mcips fcips fcilt cmilt cilt cptm cptd sphr phr shrmcp shrmscp pmp pmiacp csm cspo
  itil leed leedap ccs lcb chb cbf ctb ctl cdl cts dtl gcca csp cih chmm asq cqe cqa cre ssbb ssgb mbb lssbb lssgb lssmbb cssbb cssgb scpro
  scor apics ascm asce obe mbe cbe kbe frsa faia aia ra facp iccp chs cbap ctp cmm aaap cme
`)

/** Words that begin a family name of several words. */
export const PARTICLES = words(`
  van von vom der den de del della degli dello dei di da do dos das du d la le les las los el al bin ibn ben bint abu ter ten te tot zu zum zur
  af av san santa santo st saint mac mc fitz op in het t vander vanden vande ver nic ni ó
`)

/** Chinese family names of two characters. */
export const COMPOUND_HAN_FAMILIES = words(
  '欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 夏侯 东方 東方 皇甫 尉迟 公孙 公孫 慕容 令狐 宇文 长孫 长孙 南宫 南宮',
)

/** Arabic words that join the next word to one name: "عبد الله", "أبو بكر". */
export const ARABIC_JOINERS = words('عبد أبو ابو أم ام')

/** Arabic particles that begin a family name. */
export const ARABIC_PARTICLES = words('بن ابن بنت آل')

/** In brackets after a name, and no part of it. */
export const PRONOUNS = /^(?:he|she|they|him|her|hers|his|them|theirs|el|elle|er|sie|ihm|ihr)(?:\s*[/|,]\s*\p{L}+)+$/iu
