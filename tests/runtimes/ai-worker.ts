import * as v from 'valibot'
import { type AiConfig, openAi } from '../../functions/ports/ai.ts'

/** What the production Worker does with the AI port. */
export default {
  async fetch(request: Request): Promise<Response> {
    const ai = openAi((await request.json()) as AiConfig)
    const result = await ai.complete({
      purpose: 'greeting',
      instructions: 'Greet.',
      input: '{}',
      schema: v.strictObject({ text: v.string() }),
      max_output_tokens: 100,
    })
    return Response.json(result)
  },
}
