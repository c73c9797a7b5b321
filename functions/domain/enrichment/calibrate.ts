import type { Calibration } from './pattern-prior.ts'

/** A raw confidence and whether it came true. */
export type Outcome = { probability: number; known_count: number; hit: boolean; weight: number }

const NEWTON_STEPS = 12
/** Keeps the fit finite when the outcomes are few or all alike, by pulling it towards no correction. */
const RIDGE = 1e-3

/** Logistic regression of the outcomes on the raw confidence. */
export function fitCalibration(outcomes: Outcome[]): Calibration {
  let beta: [number, number, number] = [0, 1, 0]
  const total = outcomes.reduce((sum, outcome) => sum + outcome.weight, 0)
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const gradient = [-RIDGE * beta[0], -RIDGE * (beta[1] - 1), -RIDGE * beta[2]]
    const hessian = [
      [RIDGE, 0, 0],
      [0, RIDGE, 0],
      [0, 0, RIDGE],
    ]
    for (const { probability, known_count, hit, weight } of outcomes) {
      const x = [1, logit(probability), Math.log(1 + known_count)]
      const expected = sigmoid(beta[0] + beta[1] * (x[1] ?? 0) + beta[2] * (x[2] ?? 0))
      const share = weight / total
      for (let row = 0; row < 3; row++) {
        gradient[row] = (gradient[row] ?? 0) + share * (Number(hit) - expected) * (x[row] ?? 0)
        const line = hessian[row] ?? []
        for (let column = 0; column < 3; column++) {
          line[column] = (line[column] ?? 0) + share * expected * (1 - expected) * (x[row] ?? 0) * (x[column] ?? 0)
        }
      }
    }
    const change = solve(hessian, gradient)
    beta = [beta[0] + (change[0] ?? 0), beta[1] + (change[1] ?? 0), beta[2] + (change[2] ?? 0)]
  }
  return { offset: beta[0], slope: beta[1], per_log_known: beta[2] }
}

export function calibrated(probability: number, known_count: number, calibration: Calibration): number {
  if (probability <= 0) return 0
  const { offset, slope, per_log_known } = calibration
  return sigmoid(offset + slope * logit(probability) + per_log_known * Math.log(1 + known_count))
}

function logit(probability: number): number {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(held / (1 - held))
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Gaussian elimination without pivoting: the matrix is positive definite. */
function solve(matrix: number[][], vector: number[]): number[] {
  const rows = matrix.map((row, index) => [...row, vector[index] ?? 0])
  for (let pivot = 0; pivot < rows.length; pivot++) {
    const pivotRow = rows[pivot] ?? []
    for (let row = 0; row < rows.length; row++) {
      if (row === pivot) continue
      const factor = (rows[row]?.[pivot] ?? 0) / (pivotRow[pivot] ?? 1)
      rows[row] = (rows[row] ?? []).map((value, column) => value - factor * (pivotRow[column] ?? 0))
    }
  }
  return rows.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 1))
}
