"""«Книга добрых дел»: a site whose people sign in with iGrajdanin. Flask and Authlib; made to be copied."""
