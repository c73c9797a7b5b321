/** Public mail providers and access providers that give addresses to private customers. No company pattern may be read from them. */
const FREEMAIL_DOMAINS: ReadonlySet<string> = new Set(
  `
gmail.com googlemail.com yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com verizon.net netscape.net
hotmail.com outlook.com live.com msn.com passport.com windowslive.com
icloud.com me.com mac.com
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me
mail.com email.com usa.com post.com europe.com asia.com iname.com writeme.com consultant.com engineer.com dr.com myself.com
gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.us web.de t-online.de freenet.de arcor.de online.de 1und1.de mailbox.org posteo.de posteo.net
fastmail.com fastmail.fm hushmail.com hush.com zoho.com zohomail.com zohomail.eu hey.com duck.com runbox.com inbox.com lycos.com excite.com
juno.com netzero.net earthlink.net mindspring.com comcast.net xfinity.com att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net
swbell.net prodigy.net cox.net charter.net rr.com roadrunner.com twc.com optonline.net optimum.net frontier.com frontiernet.net
centurylink.net centurytel.net embarqmail.com q.com windstream.net suddenlink.net wowway.com cableone.net tds.net
shaw.ca rogers.com sympatico.ca bell.net telus.net videotron.ca cogeco.ca eastlink.ca
btinternet.com btopenworld.com sky.com virginmedia.com virgin.net ntlworld.com talktalk.net blueyonder.co.uk tiscali.co.uk plusnet.com
orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr numericable.fr
libero.it virgilio.it alice.it tin.it tiscali.it inwind.it iol.it email.it fastwebnet.it
telefonica.net terra.es ya.com sapo.pt mail.pt
ziggo.nl kpnmail.nl kpnplanet.nl planet.nl home.nl xs4all.nl hetnet.nl skynet.be telenet.be proximus.be
bluewin.ch hispeed.ch sunrise.ch aon.at chello.at
telia.com comhem.se bredband.net online.no broadpark.no mail.dk jubii.dk luukku.com suomi24.fi
wp.pl o2.pl onet.pl op.pl poczta.onet.pl interia.pl interia.eu tlen.pl gazeta.pl vp.pl
seznam.cz centrum.cz email.cz post.cz azet.sk centrum.sk freemail.hu citromail.hu
mail.ru bk.ru list.ru inbox.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua abv.bg mail.bg
uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com oi.com.br r7.com prodigy.net.mx
qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com tom.com
naver.com hanmail.net daum.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp
rediffmail.com indiatimes.com sify.com walla.co.il walla.com netvision.net.il bezeqint.net
bigpond.com bigpond.net.au optusnet.com.au iinet.net.au internode.on.net tpg.com.au xtra.co.nz slingshot.co.nz
mweb.co.za webmail.co.za telkomsa.net vodamail.co.za mynet.com ttmail.com
`
    .trim()
    .split(/\s+/),
)

/** Providers with one domain a country: yahoo.co.uk, hotmail.fr, live.nl. */
const FREEMAIL_FAMILIES = /^(?:yahoo|hotmail|live|outlook|gmx|ymail|aol)\.(?:[a-z]{2,3}|co[mn]?\.[a-z]{2})$/

/** True for a domain whose addresses belong to the public, so that it says nothing about an employer. Expects a lower-case domain. */
export function isFreemailDomain(domain: string): boolean {
  return FREEMAIL_DOMAINS.has(domain) || FREEMAIL_FAMILIES.test(domain)
}
