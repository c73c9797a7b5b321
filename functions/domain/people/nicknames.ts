/**
 * Given names that may be the same person's: a name, its short forms and its spellings in other alphabets' transliteration, one person's
 * a line. Folded. Compiled by hand for English, German, French, Spanish, Italian, Dutch, Nordic and Slavic lists; a form that stands for
 * many names ("alex", "chris") is on the line of each.
 */
const GROUPS = `
abigail abby gail
abraham abe bram
albert al bert bertie
alejandro alex ale jandro
alessandro ale sandro alex
alexander alex alec sandy xander sasha alexandr aleksandr aleksander alexandre
alexandra alex sandra sasha lexi alexa aleksandra
alfred al fred freddy alfredo
alice ali allie
alison ali ally allison
amanda mandy
andrew andy drew andrei andrey andrej andre andreas anders
angela angie
ann anne anna annie anita nan
antonio tonio toni tony anton antoine anthony
arthur art artie arturo
augustin gus august augustus
barbara barb barbie babs
bartholomew bart
benedict ben benedikt benedetto
benjamin ben benny benji
bernard bernie bernhard bernardo
bradley brad
brandon brand
cameron cam
catherine cathy cath kate katie kathy kitty cat katherine kathryn katharina katarina ekaterina catalina katrin cathryn
charles charlie chuck chas carl karl carlos carlo charly
charlotte lottie charly
christina chris tina christine christina kristina kristin cristina christa
christopher chris kit topher christoph christophe cristobal kristoffer
clifford cliff
constance connie
cynthia cindy
daniel dan danny dani daniele
david dave davey davide
deborah deb debbie debra
dennis denny denis
diana di diane
dmitry dmitri dimitri dmitrij dmitriy dima
dolores lola
dominic dom nick dominik dominique domenico
donald don donnie
dorothy dot dottie dorothea dora
douglas doug
edmund ed eddie ned
eduardo edu edward ed eddie eddy ted teddy ned eduard edoardo
edwin ed eddie
eleanor ellie nell nora elena leonora
elizabeth liz lizzie beth betty eliza elisabeth libby lisa elise bess betsy isabel
emily em emilia emmy
enrique quique kike henry harry hank heinrich heinz henri henrik hendrik enrico
ernest ernie ernst ernesto
esther essie
eugene gene evgeny evgeni yevgeny eugen
evelyn eve evie
fernando nando fer ferdinand
florence flo flora
frances fran frannie francesca franziska francoise
francis frank fran francisco paco pancho francesco franz francois franck
franklin frank
frederick fred freddie rick friedrich fritz frederic federico
gabriel gabe gabi
gabriella gabi gabrielle gaby gabriela
geoffrey geoff jeff jeffrey
george georgie georg georges jorge giorgio jurgen jorg yuri yury jurij
gerald gerry jerry gerhard gerard gerardo gerd
giovanni gianni vanni
giuseppe beppe pino peppe
gregory greg gregor grigory grigori
guadalupe lupe
guglielmo memo
guillermo memo guille william will bill billy liam willy wilhelm willi guillaume wim willem
harold hal harry
harriet hattie
helen nell ellen helena elena helene
herbert herb bert
hugo hugh
ignacio nacho ignatius
irene rena
isabella bella izzy isabel
jacob jake jakob jacobo jack jacques
jacqueline jackie
james jim jimmy jamie jem jaime
janet jan
javier javi xavier
jennifer jen jenny jenn
jeremy jerry jem
jerome jerry
jessica jess jessie
jesus chuy
joachim achim jochen joaquin
johannes hans hannes jan john johann johan
john johnny jack jon juan jean giovanni ivan jan
jonathan jon jonny nathan john
joseph joe joey jo josef jose pepe giuseppe jozef sepp
joshua josh
joyce joy
juan juanito
judith judy judi
juliet julie julia giulia
julius jules julio julian
karen kari
kenneth ken kenny
kimberly kim
konstantin kostya konstantinos costa
kristian chris christian cristian
lawrence larry laurie lars lorenzo laurent lorenz
leonard leo len lenny leonardo leonhard
leopold leo poldi
lillian lily lil
linda lindy
louis lou louie luis ludwig luigi lodewijk
louise lou luisa
lucas luke luca lukas
lucy lucia lucie
manuel manny manolo manu emmanuel
margaret maggie meg peggy marge margie greta rita margarita margarethe marguerite margot gretel
maria marie mary mia maja mariya molly polly
mark marc marcus markus marco marcos
martha marty marta
martin marty martino
matilda tilly mathilde
matthew matt matty matthias mathias matthieu matteo mateo mathew matti
maureen mo
maximilian max maxim maxime massimo massimiliano
melissa mel missy
michael mike mick mickey mikey micha michel miguel mikhail mikael michele mihail michal
michelle shelly mich
miriam mimi
mitchell mitch
mohammed mohamed muhammad mohammad mo mehmet muhammed
nancy nan
natalie nat nattie natalia natalya
nathaniel nate nat nathan
nicholas nick nicky nico nicolas klaus niklas nikolai nikolay nicola niccolo nils claus
nicole nikki nicki
norman norm
oliver ollie olivier
olivia liv livia
oscar ossie oskar
pamela pam
patricia pat patty trish tricia patrizia
patrick pat paddy rick patrik patrice patricio
paul paulie pablo paolo pavel
pauline paula paola
peter pete pierre pedro piet pieter pietro petr piotr
philip phil pip philipp philippe felipe filippo phillip
priscilla cilla
rachel rae raquel
ralph raffe raoul raul
randolph randy
raymond ray raimund ramon
rebecca becky becca bekah
regina gina
reginald reg reggie
richard rick dick rich ricky richie ricardo riccardo
robert bob bobby rob robbie bert roberto robby ruprecht
roderick rod
rodrigo rodri
roland rollie orlando
ronald ron ronnie
rosario charo
rose rosie rosa rosemary
rudolf rudi rudy rodolfo
russell russ rusty
samantha sam sammy
samuel sam sammy
sandra sandy
santiago santi
sarah sally sara sadie
sebastian seb basti bastien sebastien
sergey sergei sergej sergio serge
sharon shari
sidney sid
sofia sophie sophia sofie
solomon sol
stanley stan stanislav stanislaw
stephanie steph stefanie stefania stephany
stephen steve stevie steven stefan stephan stefano esteban etienne stefanos
susan sue susie suzy susanne suzanne susanna susana
sylvester sly
sylvia silvia
tamara tammy
tatiana tanya tania tatyana
terence terry
teresa terry tess tessa theresa therese resi
theodore ted theo teddy theodor
thomas tom tommy tomas tommaso thom
timothy tim timmy timo
tobias toby tobi
valentin val valentino
valerie val valeria
veronica ronnie vera veronika
victor vic viktor vittorio
victoria vicky tori vicki viktoria
vincent vince vinny vinnie vincenzo vicente
virginia ginny
vladimir vlad volodymyr wladimir vova
volker volkmar
walter walt wally gualtiero
wolfgang wolf wolfi
yvonne yvie
zachary zach zack zac
`

const linesOf = new Map<string, Set<number>>()
for (const [line, names] of GROUPS.trim().split('\n').entries())
  for (const name of names.split(' ')) linesOf.set(name, (linesOf.get(name) ?? new Set()).add(line))

/** Whether two folded given names may be the same person's: Bob and Robert, Sergei and Sergej. */
export function areNicknames(a: string, b: string): boolean {
  const [mine, theirs] = [linesOf.get(a), linesOf.get(b)]
  if (mine === undefined || theirs === undefined) return false
  for (const line of mine) if (theirs.has(line)) return true
  return false
}
