export default {
  name: 'http-post',
  api: 1,

  transport: {
    name: 'http-post',
    open(path, hops) {
      return {
        send(attempt) {
          const url = `http://${attempt.destination()}/mail`;
          const answer = mta.http.post(url, { body: attempt.message().content().text(), timeout: '1m' });
          const reply = answer.ok() ? '250 2.0.0 Posted'
            : answer.status() < 500 ? `550 5.0.0 HTTP ${answer.status()}` : `451 4.4.0 HTTP ${answer.status()}`;
          return attempt.recipients().map(recipient => ({ recipient, reply }));
        },
        reusable() { return true; },
      };
    },
  },
};
