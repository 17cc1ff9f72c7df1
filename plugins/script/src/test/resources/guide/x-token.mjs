export default {
  name: 'x-token',
  api: 1,

  saslMechanism: {
    name: 'X-TOKEN',
    begin(session) {
      return {
        step(response, initial) {
          if (initial && response.length === 0) return { type: 'Challenge', data: 'token?' };
          const user = mta.lookup('tokens', String.fromCharCode(...response)); // cannot tell: throws, 454
          return user === null ? { type: 'Failure', user: '' } : { type: 'Success', user };
        },
      };
    },
  },
};
