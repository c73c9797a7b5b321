import type { Child } from 'hono/jsx'

export type BreakdownLine = {
  readonly rule: string
  readonly points: number
  readonly max: number
  /** Where each point comes from: "2 exec ops × 10, at most 20". */
  readonly reason: string
}

/** A score taken apart: every point with its reason. `note` says what stands above the formula (an override, a rule). */
export function Breakdown(props: { caption: string; lines: readonly BreakdownLine[]; total: number; note?: Child }) {
  return (
    <div>
      <table class="breakdown">
        <caption class="sr-only">{props.caption}</caption>
        <thead class="sr-only">
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Why</th>
            <th scope="col">Points</th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <tr>
              <th scope="row">{line.rule}</th>
              <td>{line.reason}</td>
              <td class="num">
                {line.points} <span class="muted">/ {line.max}</span>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan={2}>
              Score
            </th>
            <td class="num">{props.total}</td>
          </tr>
        </tfoot>
      </table>
      {props.note ? <p class="hint mt-2">{props.note}</p> : null}
    </div>
  )
}
