// Lengths as the networks' own packages count them: [weighted, graphemes, bytes] each.
const { parseTweet } = require('twitter-text')
const { RichText } = require('@atproto/api')

const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const counts = texts.map((text) => {
  const rich = new RichText({ text })
  return [parseTweet(text).weightedLength, rich.graphemeLength, rich.length]
})
process.stdout.write(JSON.stringify(counts))
