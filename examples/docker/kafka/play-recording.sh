#!/bin/sh
# Plays the recorded changes of each table into a topic of its own, once. One partition keeps them in order.
set -eu

kafka=/opt/kafka/bin
for events in /events/*.jsonl.gz; do
  topic="pg.public.$(basename "$events" .jsonl.gz)"
  if "$kafka/kafka-topics.sh" --bootstrap-server kafka:9092 --list | grep -Fqx "$topic"; then
    echo "$topic is there already, and stays as it is"
    continue
  fi
  "$kafka/kafka-topics.sh" --bootstrap-server kafka:9092 --create --topic "$topic" --partitions 1
  gunzip -c "$events" | "$kafka/kafka-console-producer.sh" --bootstrap-server kafka:9092 --topic "$topic"
done
