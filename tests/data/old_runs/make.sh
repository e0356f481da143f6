# Trains the runs, in a checkout of commit 995593a with the texts in data/: bash make.sh, beside stop.py
set -eu
always="threads=1 trainer.enable_progress_bar=false paths.cache_dir=cache report=false model.embedding_size=6 model.hidden_size=8"
imdb="task=imdb data=synthetic data.train_rows=300 data.validation_rows=200 data.test_rows=100 model=bilstm_attention ngrams=naive_bayes optimizer.lr=0.03 trainer.max_epochs=6"
tweets="task=tweets data.source=files data.files.train=train.csv data.files.validation=validation.csv data.files.test=test.csv data.batch_size=12 model=gru tokenizer=bpe tokenizer.vocab_size=120 optimizer.lr=0.02 trainer.max_epochs=4"
text="data.batch_size=4 data.window=32 task.samples.length=60 optimizer.lr=0.02 trainer.max_epochs=3"
shakespeare="task=shakespeare data=textfile data.files.train=plays.txt model=lstm $text"
styles="task=shakespeare task.name=styles data=styles data.paths=[plays.txt,sonnets.txt] model=gru model.style_size=3 $text"
python train.py $imdb $always hydra.run.dir=outputs/imdb
python train.py $tweets $always hydra.run.dir=outputs/tweets
python train.py $shakespeare $always hydra.run.dir=outputs/shakespeare
python train.py $styles $always hydra.run.dir=outputs/styles
python stop.py 20 train.py $tweets $always hydra.run.dir=outputs/tweets_stopped || [ $? = 130 ]
python stop.py 50 train.py $shakespeare $always hydra.run.dir=outputs/shakespeare_stopped || [ $? = 130 ]
python train.py -m $tweets $always sweep=tpe sweep.trials=2 sweep.name=lr "optimizer.lr=tag(log,interval(1e-3,1e-1))"
python -m rnnlab.cli export outputs/imdb
python -m rnnlab.cli export outputs/shakespeare
