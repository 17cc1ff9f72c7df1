package mta.testkit;
