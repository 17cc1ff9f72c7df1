// Some hosts refuse for good what they would take an hour later: retries those.

/** @type {import('./mta').Script} */
export default {
  name: '@name@',
  api: 1,
  config: { words: ['try again', 'rate limit'] },

  delivery: {
    response(attempt, recipient, reply) {
      const text = reply.text().toLowerCase();
      if (reply.isPermanent() && mta.config('words').some(word => text.includes(word))) {
        return '451 4.7.0 ' + reply.text();
      }
    },
  },
};
